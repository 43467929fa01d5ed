// Every answered call has exactly one ticket, whatever dies when: a real router, a ticket service
// that comes and goes, and a call service that says what phones did.
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/router/service/router_fixture.h"
#include "tests/runtime/ask_until.h"
#include "tests/ticket/service/ticket_fixture.h"

namespace hotline::ticket {
namespace {

using router::FakeCallService;
using router::RouterClient;

bool HasEnded(const v1::Ticket& ticket) {
  return ticket.has_call_end_time();
}

bool HasCaller(const v1::Ticket& ticket) {
  return !ticket.caller_masked().empty();
}

class CallFollowerTest : public router::RouterTest {
 protected:
  void SetUp() override {
    router_ = StartActive("router-1");
    ASSERT_TRUE(router_);
    calls_.emplace(std::vector<Endpoint>{router_->address()}, "test", "call-1", 1);
    ASSERT_TRUE(calls_->WaitUntilServed());
    ASSERT_TRUE(RouterClient(router_->address()).SignIn("s1").ok());
    tickets_.Start({router_->address()});
  }

  /// A call that s1 answers.
  std::string Talk() {
    const std::string call = calls_->Queue("general");
    const auto offer = calls_->WaitForOffer(call);
    EXPECT_TRUE(offer);
    if (offer) calls_->Answer(call, offer->offer_id());
    return call;
  }

  void HangUp(const std::string& call) {
    calls_->HangUp(call);
    EXPECT_TRUE(calls_->WaitUntilAcked());
  }

  /// Waits until the ticket of `call` is as `holds` says.
  v1::GetTicketResponse TicketWhen(const std::string& call, bool (*holds)(const v1::Ticket&)) {
    auto client = tickets_.Client();
    v1::GetTicketResponse found;
    EXPECT_TRUE(AskUntil([&] {
      const auto response = client.OfCall(call);
      if (response) found = *response;
      return response && holds(response->ticket());
    })) << call
        << ": " << found.DebugString();
    return found;
  }

  v1::GetTicketResponse TicketOf(const std::string& call) {
    return TicketWhen(call, [](const v1::Ticket&) { return true; });
  }

  int CountTickets() {
    v1::ListTicketsRequest request;
    request.set_page_size(200);
    v1::ListTicketsResponse response;
    EXPECT_TRUE(tickets_.Client().List(request, response).ok());
    return response.tickets_size();
  }

  std::unique_ptr<router::RouterServer> router_;
  std::optional<FakeCallService> calls_;
  TicketFixture tickets_;
};

TEST_F(CallFollowerTest, ACallThatConnectsOpensADraftWithItsCaller) {
  const std::string call = Talk();
  const v1::Ticket connected = TicketWhen(call, HasCaller).ticket();
  EXPECT_EQ(connected.state(), v1::Ticket::STATE_DRAFT);
  EXPECT_EQ(connected.first_contact(), "agent-s1");
  EXPECT_EQ(connected.answered_by(), "s1");
  EXPECT_EQ(connected.queue(), "general");
  EXPECT_EQ(connected.caller_masked(), "138****1234");
  EXPECT_FALSE(connected.has_register_due_time());
  HangUp(call);
  const v1::Ticket ended = TicketWhen(call, HasEnded).ticket();
  EXPECT_EQ(ended.register_due_time().seconds(), ended.call_end_time().seconds() + 600);
}

TEST_F(CallFollowerTest, EarlierTicketsOfTheSameNumberAreFound) {
  const std::string first = Talk();
  TicketWhen(first, HasCaller);
  HangUp(first);
  const auto second = TicketWhen(Talk(), HasCaller);
  ASSERT_EQ(second.earlier_size(), 1);
  EXPECT_EQ(second.earlier(0).call_id(), first);
}

TEST_F(CallFollowerTest, AnUnansweredCallHasNoTicket) {
  const std::string unanswered = calls_->Queue("general");
  ASSERT_TRUE(calls_->WaitForOffer(unanswered));
  HangUp(unanswered);
  TicketOf(Talk());  // told after the other one
  EXPECT_EQ(CountTickets(), 1);
}

TEST_F(CallFollowerTest, CallsThatCameAndWentWhileTheServiceWasDownAreCaughtUp) {
  const std::string before = Talk();
  TicketOf(before);
  tickets_.Stop();
  HangUp(before);
  const std::string during = Talk();
  HangUp(during);
  const std::string still_talks = Talk();
  ASSERT_TRUE(calls_->WaitUntilAcked());
  tickets_.Start({router_->address()});
  TicketWhen(before, HasEnded);
  EXPECT_EQ(TicketWhen(during, HasEnded).ticket().first_contact(), "s1");
  EXPECT_FALSE(HasEnded(TicketOf(still_talks).ticket()));
  EXPECT_EQ(CountTickets(), 3);
}

TEST_F(CallFollowerTest, ADraftThatAPersonOpenedFirstIsTheCallsOnlyTicket) {
  tickets_.Stop();
  const std::string call = Talk();
  ASSERT_TRUE(calls_->WaitUntilAcked());
  tickets_.Start({{"127.0.0.1", 9}});  // no router in reach
  v1::CreateTicketRequest request;
  request.set_request_id("r1");
  request.set_call_id(call);
  v1::Ticket opened;
  ASSERT_TRUE(tickets_.Client("opr7").Create(request, opened).ok());
  tickets_.Start({router_->address()});
  const v1::Ticket linked = TicketWhen(call, [](const v1::Ticket& ticket) {
                              return !ticket.answered_by().empty();
                            }).ticket();
  EXPECT_EQ(linked.ticket_no(), opened.ticket_no());
  EXPECT_EQ(linked.first_contact(), "opr7");
  EXPECT_EQ(CountTickets(), 1);
}

TEST_F(CallFollowerTest, ACallThatNobodyKnowsAnyMoreIsOver) {
  v1::CreateTicketRequest request;
  request.set_request_id("r1");
  request.set_call_id("0000000000XYZ");
  v1::Ticket opened;
  ASSERT_TRUE(tickets_.Client().Create(request, opened).ok());
  tickets_.Start({router_->address()});
  TicketWhen(opened.call_id(), HasEnded);
}

TEST_F(CallFollowerTest, ACallServiceThatIsAwayDelaysTheNumberOnly) {
  tickets_.callers().Answer("away");
  const std::string call = Talk();
  EXPECT_EQ(TicketOf(call).ticket().caller_masked(), "");
  tickets_.callers().Answer("withheld");
  EXPECT_EQ(TicketWhen(call, HasCaller).ticket().caller_masked(), "anonymous");
}

TEST_F(CallFollowerTest, TheHeirOfTheActiveRouterIsFollowed) {
  auto heir = StartRouter("router-2");
  calls_.reset();
  calls_.emplace(std::vector<Endpoint>{router_->address(), heir->address()}, "test", "call-1", 2);
  ASSERT_TRUE(calls_->WaitUntilServed());
  tickets_.Start({router_->address(), heir->address()});
  const std::string before = Talk();
  TicketOf(before);
  router_->Drain();
  router_.reset();
  ASSERT_TRUE(WaitUntilActive(heir->address()));
  ASSERT_TRUE(calls_->WaitUntilServed());
  HangUp(before);
  TicketWhen(before, HasEnded);
  TicketOf(Talk());
  EXPECT_EQ(CountTickets(), 2);
}

}  // namespace
}  // namespace hotline::ticket
