// The stream of each page: what it is told, when it ends, and whose seat it keeps.
#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/console/gateway_fixture.h"
#include "tests/ticket/service/ticket_fixture.h"

namespace hotline::console {
namespace {

using access::v1::Role;
using router::v1::Seat;
using testing::HasSubstr;

const std::string kSeatSignIn = Path("router", "SeatService", "SignIn");
const std::string kSignOutPath = Path("console", "SessionService", "SignOut");
const std::string kWatch = Path("console", "WatchService", "WatchConsole");

class WatchTest : public GatewayTest {
 protected:
  WatchTest() : floor_({router_->address()}, "test", "call-1", 1) {
    AddAccount("zhang", {Role::ROLE_OPERATOR}, {"s1"});
    AddAccount("chief", {Role::ROLE_SUPERVISOR});
    EXPECT_TRUE(floor_.WaitUntilServed());
  }

  static std::unique_ptr<HttpClient> Open(const Visitor& visitor, const std::string& seat,
                                          bool area) {
    v1::WatchConsoleRequest request;
    request.set_seat_id(seat);
    request.set_area(area);
    auto stream = visitor.Watch(kWatch, request.SerializeAsString());
    EXPECT_EQ(stream->ReadHead().status, 200);
    return stream;
  }

  /// Reads until a message for which `holds`.
  static std::optional<v1::WatchConsoleResponse> Await(
      HttpClient& stream, const std::function<bool(const v1::WatchConsoleResponse&)>& holds) {
    while (auto message = NextMessage(stream)) {
      if (holds(*message)) return message;
    }
    return std::nullopt;
  }

  router::FakeCallService floor_;
};

TEST_F(WatchTest, APageFollowsItsSeatAndItsCall) {
  StartGateway();
  const Visitor zhang = SignedIn("zhang");
  const auto page = Open(zhang, "s1", false);
  const auto live = Await(*page, [](const auto& m) { return m.live() && m.has_seat(); });
  ASSERT_TRUE(live);
  EXPECT_EQ(live->seat().state(), Seat::STATE_SIGNED_OUT);
  zhang.Call(kSeatSignIn, R"({"seatId":"s1","agent":"zhang","ready":true,"requestId":"1"})");
  ASSERT_TRUE(Await(*page, [](const auto& m) { return m.seat().state() == Seat::STATE_READY; }));

  const std::string call = floor_.Queue("general");
  const auto offer = floor_.WaitForOffer(call);
  ASSERT_TRUE(offer);
  const auto offered =
      Await(*page, [](const auto& m) { return m.seat().state() == Seat::STATE_OFFERED; });
  ASSERT_TRUE(offered);
  EXPECT_EQ(offered->call().request().call_id(), call);
  EXPECT_EQ(offered->caller().queue(), "general");
  EXPECT_EQ(offered->seats_size(), 0);
  floor_.Answer(call, offer->offer_id());
  const auto talks =
      Await(*page, [](const auto& m) { return m.seat().state() == Seat::STATE_ON_CALL; });
  ASSERT_TRUE(talks);
  EXPECT_GT(talks->revision(), offered->revision());
  floor_.HangUp(call);
  const auto free =
      Await(*page, [](const auto& m) { return m.seat().state() == Seat::STATE_READY; });
  ASSERT_TRUE(free);
  EXPECT_EQ(free->seat().call_id(), "");
}

TEST_F(WatchTest, ASupervisorSeesTheWholeArea) {
  StartGateway();
  const Visitor zhang = SignedIn("zhang"), chief = SignedIn("chief");
  const auto page = Open(chief, "", true);
  const auto first = Await(*page, [](const auto& m) { return m.seats_size() == 4; });
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->full());
  EXPECT_EQ(first->queues_size(), 1);
  zhang.Call(kSeatSignIn, R"({"seatId":"s1","agent":"zhang","ready":true,"requestId":"1"})");
  // A page that opens while the router's first word arrives gets everything twice; then only changes.
  ASSERT_TRUE(Await(*page, [](const auto& m) {
    return std::any_of(m.seats().begin(), m.seats().end(),
                       [](const Seat& seat) { return seat.state() == Seat::STATE_READY; });
  }));
  const std::string call = floor_.Queue("general");
  const auto offer = floor_.WaitForOffer(call);
  ASSERT_TRUE(offer);
  floor_.Answer(call, offer->offer_id());
  floor_.HangUp(call);
  const auto ended = Await(*page, [](const auto& m) { return m.ended_size() > 0; });
  ASSERT_TRUE(ended);
  EXPECT_FALSE(ended->full());
  EXPECT_EQ(ended->ended(0).request().call_id(), call);
  const auto stats = Await(*page, [](const auto& m) { return m.stats_today().answered() == 1; });
  EXPECT_TRUE(stats);

  const auto curve = chief.Call(Path("console", "WatchService", "GetDayCurve"), "{}");
  EXPECT_EQ(curve.status, 200) << curve.body;
  EXPECT_THAT(curve.body, HasSubstr(R"("answered":"1")"));
}

TEST_F(WatchTest, AnOpenPageKeepsItsAgentsSeat) {
  seat_interval_ = absl::ZeroDuration();
  StartGateway();
  const Visitor zhang = SignedIn("zhang"), chief = SignedIn("chief");
  const auto board = Open(chief, "", true);
  auto page = Open(zhang, "s1", false);
  zhang.Call(
      kSeatSignIn,
      R"({"seatId":"s1","agent":"zhang","ready":true,"requestId":"1","heartbeatTimeout":"2s"})");
  // Later than zhang, so that zhang's time would be over first.
  chief.Call(
      kSeatSignIn,
      R"({"seatId":"s2","agent":"li","ready":true,"requestId":"2","heartbeatTimeout":"2s"})");
  Seat::State zhangs = Seat::STATE_UNSPECIFIED;
  const auto becomes = [&](const std::string& id, Seat::State state) {
    return Await(*board, [&](const auto& message) {
      bool found = false;
      for (const Seat& seat : message.seats()) {
        if (seat.seat_id() == "s1") zhangs = seat.state();
        found = found || (seat.seat_id() == id && seat.state() == state);
      }
      return found;
    });
  };
  ASSERT_TRUE(becomes("s2", Seat::STATE_UNKNOWN));
  EXPECT_EQ(zhangs, Seat::STATE_READY);
  page.reset();
  ASSERT_TRUE(becomes("s1", Seat::STATE_UNKNOWN));
  page = Open(zhang, "s1", false);
  EXPECT_TRUE(becomes("s1", Seat::STATE_READY));
}

TEST_F(WatchTest, TheCallersEarlierTicketsComeToTheDesk) {
  ticket::TicketFixture tickets;
  tickets.Start({router_->address()});
  more_services_ = {{"hotline.ticket.v1", {tickets.server().address()}},
                    {"hotline.call.v1", {tickets.callers().address()}}};
  StartGateway();
  const Visitor zhang = SignedIn("zhang");
  const auto page = Open(zhang, "s1", false);
  zhang.Call(kSeatSignIn, R"({"seatId":"s1","agent":"zhang","ready":true,"requestId":"1"})");
  const auto talk = [&](const std::function<bool(const v1::WatchConsoleResponse&)>& holds) {
    const std::string call = floor_.Queue("general");
    const auto offer = floor_.WaitForOffer(call);
    if (offer) floor_.Answer(call, offer->offer_id());
    auto message = Await(*page, holds);
    floor_.HangUp(call);
    return message;
  };
  const auto first = talk([](const auto& m) { return !m.ticket().caller_masked().empty(); });
  ASSERT_TRUE(first);
  const auto again = talk([](const auto& m) { return m.caller().earlier_size() == 1; });
  ASSERT_TRUE(again);
  EXPECT_EQ(again->caller().earlier(0).ticket_no(), first->ticket().ticket_no());
}

TEST_F(WatchTest, PeopleSeeWhatIsTheirs) {
  StartGateway();
  const Visitor zhang = SignedIn("zhang");
  const auto status_of = [&](const std::string& seat, bool area) {
    v1::WatchConsoleRequest request;
    request.set_seat_id(seat);
    request.set_area(area);
    return zhang.Watch(kWatch, request.SerializeAsString())->ReadHead().status;
  };
  EXPECT_EQ(status_of("", true), 403);
  EXPECT_EQ(status_of("s2", false), 403);
  EXPECT_EQ(status_of("s1", false), 200);
}

TEST_F(WatchTest, ALostRouterIsShownAndFoundAgain) {
  StartGateway();
  const auto page = Open(SignedIn("chief"), "", true);
  ASSERT_TRUE(Await(*page, [](const auto& m) { return m.live(); }));
  const Endpoint address = router_->address();
  router_->Drain();
  ASSERT_TRUE(Await(*page, [](const auto& m) { return !m.live(); }));
}

TEST_F(WatchTest, TheOldestPageMakesRoom) {
  StartGateway();
  const Visitor chief = SignedIn("chief");
  std::vector<std::unique_ptr<HttpClient>> pages;
  for (int i = 0; i < 5; ++i) {
    pages.push_back(Open(chief, "", true));
    ASSERT_TRUE(NextMessage(*pages.back()));
  }
  std::string end;
  while (NextMessage(*pages[0], &end)) {
  }
  EXPECT_THAT(end, HasSubstr("resource_exhausted"));
  EXPECT_TRUE(NextMessage(*pages[4]));
}

TEST_F(WatchTest, StreamsEndWithTheGatewayAndWithTheSession) {
  StartGateway();
  const Visitor chief = SignedIn("chief"), other = SignedIn("chief");
  const auto page = Open(chief, "", true), second = Open(other, "", true);
  EXPECT_EQ(chief.Call(kSignOutPath, "{}").status, 200);
  std::string end;
  while (NextMessage(*page, &end)) {
  }
  EXPECT_THAT(end, HasSubstr("unauthenticated"));
  CloseGateway();
  end.clear();
  while (NextMessage(*second, &end)) {
  }
  EXPECT_THAT(end, HasSubstr("unavailable"));
  EXPECT_TRUE(DrainGateway());
}

}  // namespace
}  // namespace hotline::console
