// One router over real gRPC and a real Redis, with a call service that has no phones.
#include <algorithm>
#include <future>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <grpcpp/grpcpp.h>

#include "router/service/attach_service.h"
#include "router/service/grpc_status.h"
#include "services/runtime/grpc_client.h"
#include "tests/router/service/router_fixture.h"

#include "hotline/router/v1/attach_service.grpc.pb.h"

namespace hotline::router {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class OneRouterTest : public RouterTest {
 protected:
  void SetUp() override { router_ = StartActive("router-1"); }

  std::unique_ptr<RouterServer> router_;
};

TEST_F(OneRouterTest, ACallIsOfferedAnsweredAndRecorded) {
  RouterClient client(router_->address());
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  v1::Seat seat;
  ASSERT_TRUE(client.SignIn("s1", "r1", true, &seat).ok());
  EXPECT_EQ(seat.state(), v1::Seat::STATE_READY);
  EXPECT_EQ(seat.extension(), "8001");
  EXPECT_EQ(seat.agent(), "agent-s1");

  const std::string call = calls.Queue("general");
  const auto offer = calls.WaitForOffer(call);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->target().id(), "s1");
  EXPECT_EQ(offer->extension(), "8001");
  calls.Answer(call, offer->offer_id());
  ASSERT_TRUE(calls.WaitUntilAcked());
  EXPECT_EQ(client.FindSeat("s1").state(), v1::Seat::STATE_ON_CALL);
  EXPECT_EQ(client.FindSeat("s1").call_id(), call);
  ASSERT_THAT(client.Calls().calls(), SizeIs(1));
  EXPECT_EQ(client.Calls().calls(0).state(), v1::Call::STATE_CONNECTED);
  EXPECT_EQ(redis_.Run({"HGET", "{test}:seat:s1", "state"}), "on call");
  EXPECT_EQ(redis_.Run({"HGET", "{test}:calls", call}), "connected general s1");

  calls.HangUp(call);
  ASSERT_TRUE(calls.WaitUntilAcked());
  const auto ended = client.Calls(true).ended();
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].result(), v1::TELEPHONY_RESULT_T01);
  EXPECT_THAT(ended[0].legs(), SizeIs(1));
  const auto stats = client.Stats();
  EXPECT_EQ(stats.offered(), 1u);
  EXPECT_EQ(stats.answered(), 1u);
  EXPECT_EQ(stats.connect_rate_a().numerator(), 1u);
  EXPECT_EQ(stats.connect_rate_a().denominator(), 1u);
  EXPECT_EQ(redis_.Run({"HGET", "{test}:stats", "connect_rate_a"}), "1/1");
  EXPECT_EQ(redis_.Run({"LLEN", "{test}:ended"}), "1");
  EXPECT_EQ(redis_.Run({"HLEN", "{test}:calls"}), "0");
  EXPECT_EQ(redis_.Run({"HGET", "{test}:seat:s1", "state"}), "ready");
  v1::CallRecord record;
  EXPECT_TRUE(record.ParseFromString(redis_.Run({"LINDEX", "{test}:ended", "0"})));
  EXPECT_EQ(record.request().call_id(), call);
}

TEST_F(OneRouterTest, ADeclinedOfferGoesToTheNextSeat) {
  RouterClient client(router_->address());
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  ASSERT_TRUE(client.SignIn("s1").ok());
  ASSERT_TRUE(client.SignIn("s2").ok());
  const std::string call = calls.Queue("general");
  const auto first = calls.WaitForOffer(call);
  ASSERT_TRUE(first);
  calls.Decline(call, first->offer_id());
  const auto second = calls.WaitForOffer(call);
  ASSERT_TRUE(second);
  EXPECT_NE(second->target().id(), first->target().id());
}

TEST_F(OneRouterTest, EventsOfOneMessageAreAppliedInOrderAndDecisionsComeBack) {
  RouterClient client(router_->address());
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  for (const char* seat : {"s1", "s2", "s3"}) ASSERT_TRUE(client.SignIn(seat).ok());
  const auto ids = calls.QueueTogether("general", 4);
  std::set<std::string> seats;
  for (int i = 0; i < 3; ++i) {
    const auto offer = calls.WaitForOffer(ids[i]);
    ASSERT_TRUE(offer) << "the caller at place " << i;
    seats.insert(offer->target().id());
  }
  EXPECT_THAT(seats, ElementsAre("s1", "s2", "s3"));
  ASSERT_TRUE(calls.WaitUntilAcked());
  EXPECT_THAT(calls.offers(ids[3]), SizeIs(0));
}

TEST_F(OneRouterTest, AMessageOfMoreEventsThanMayWaitDoesNotStopTheStream) {
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  calls.QueueTogether("general", 2 * kUnhandledPerStream);
  ASSERT_TRUE(calls.WaitUntilAcked());
  calls.HangUp(calls.Queue("general"));
  EXPECT_TRUE(calls.WaitUntilAcked());
}

TEST_F(OneRouterTest, AnUnknownQueueIsReleasedNotForgotten) {
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  const auto release = calls.WaitForRelease(calls.Queue("nosuch"));
  ASSERT_TRUE(release);
}

TEST_F(OneRouterTest, RefusalsHaveCodesSentencesAndReasons) {
  RouterClient client(router_->address());
  auto status = client.SetReady("s9");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(status.error_message(), HasSubstr("s9"));
  status = client.SetReady("s1");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("signed in"));
  ASSERT_TRUE(client.SignIn("s1").ok());
  EXPECT_EQ(client.SetNotReady("s1", "Not A Reason").error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);

  v1::SetReadyRequest request;
  request.set_seat_id("s2");
  v1::SetReadyResponse response;
  const auto context = MakeCallContext(absl::Seconds(20));
  EXPECT_FALSE(client.seats().SetReady(context.get(), request, &response).ok());
  const auto reason = context->GetServerTrailingMetadata().find(kReasonKey);
  ASSERT_NE(reason, context->GetServerTrailingMetadata().end());
  EXPECT_EQ(reason->second, "WRONG_STATE");
}

TEST_F(OneRouterTest, ARepeatedRequestChangesNothing) {
  RouterClient client(router_->address());
  ASSERT_TRUE(client.SignIn("s1", "in-1").ok());
  ASSERT_TRUE(client.SetNotReady("s1", "break", "off-1").ok());
  ASSERT_TRUE(client.SetReady("s1", "on-1").ok());
  v1::Seat seat;
  ASSERT_TRUE(client.SetNotReady("s1", "break", "off-1").ok());
  EXPECT_EQ(client.FindSeat("s1").state(), v1::Seat::STATE_READY);
  ASSERT_TRUE(client.SignIn("s1", "in-1", true, &seat).ok());
  EXPECT_EQ(client.SetNotReady("s1", "training", "off-1").error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(client.SignIn("s2", std::string(65, 'x')).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(OneRouterTest, AnOversizeMessageIsRefusedAndTheRouterGoesOn) {
  RouterClient client(router_->address());
  EXPECT_EQ(client.SetNotReady("s1", std::string(1 << 20, 'x')).error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(client.SignIn("s1").ok());
}

TEST_F(OneRouterTest, AStreamThatBreaksTheRulesIsClosed) {
  const auto channel = MakeChannel(router_->address());
  const auto stub = v1::AttachService::NewStub(channel);
  const auto close_code = [&](const std::vector<v1::AttachRequest>& messages) {
    const auto context = MakeCallContext(absl::Seconds(20));
    const auto stream = stub->Attach(context.get());
    for (const auto& message : messages) stream->Write(message);
    v1::AttachResponse response;
    while (stream->Read(&response)) {
    }
    return stream->Finish().error_code();
  };
  v1::AttachRequest elsewhere, hello, event, nonsense;
  elsewhere.mutable_hello()->set_area("elsewhere");
  hello.mutable_hello()->set_area("test");
  hello.mutable_hello()->set_node("call-9");
  hello.mutable_hello()->set_instance(5);
  event.mutable_event()->set_seq(1);
  event.mutable_event()->mutable_queued()->mutable_request()->set_call_id("no id");
  nonsense.mutable_announcement()->set_complete(true);
  nonsense.mutable_announcement()->add_ended();
  EXPECT_EQ(close_code({elsewhere}), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(close_code({event}), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(close_code({hello, hello}), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(close_code({hello, event}), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(close_code({hello, nonsense}), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(close_code({hello, v1::AttachRequest()}), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(OneRouterTest, AnOlderInstanceOfACallServiceIsToldThatItIsOne) {
  RouterClient client(router_->address());
  {
    FakeCallService calls({router_->address()}, "test", "call-1", 5);
    ASSERT_TRUE(calls.WaitUntilServed());
    calls.HangUp(calls.Queue("general"));
    ASSERT_TRUE(calls.WaitUntilAcked());
  }
  ASSERT_TRUE(client.Eventually([&] { return client.Area().nodes().empty(); }));
  // The machine's clock went back before it was started again.
  const auto stub = v1::AttachService::NewStub(MakeChannel(router_->address()));
  const auto context = MakeCallContext(absl::Seconds(20));
  const auto stream = stub->Attach(context.get());
  v1::AttachRequest hello, announcement;
  hello.mutable_hello()->set_area("test");
  hello.mutable_hello()->set_node("call-1");
  hello.mutable_hello()->set_instance(4);
  announcement.mutable_announcement()->set_complete(true);
  stream->Write(hello);
  stream->Write(announcement);
  v1::AttachResponse response;
  while (stream->Read(&response)) EXPECT_FALSE(response.has_ack());
  const auto status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("newer instance"));
}

TEST_F(OneRouterTest, EndedCallsComeInPagesNewestFirst) {
  RouterClient client(router_->address());
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  std::vector<std::string> ids;
  for (int i = 0; i < 25; ++i) {
    ids.push_back(calls.Queue("general"));
    calls.HangUp(ids.back());
  }
  ASSERT_TRUE(calls.WaitUntilAcked());
  std::vector<std::string> listed;
  std::string token;
  do {
    const auto page = client.Calls(true, 10, token);
    for (const auto& record : page.ended())
      listed.insert(listed.begin(), record.request().call_id());
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(listed, ids);
}

TEST_F(RouterTest, SeatsComeInPagesThatFitIntoAMessage) {
  constexpr int kSeats = 3'000;
  Options options;
  const SeatProfile pattern = options.seats.front();
  options.seats.clear();
  for (int i = 0; i < kSeats; ++i) {
    options.seats.push_back(pattern);
    options.seats.back().seat = absl::StrCat("seat-", 10'000 + i);
    options.seats.back().extension = absl::StrCat(800'000 + i);
  }
  const auto router = StartRouter("router-1", options);
  RouterClient client(router->address());
  v1::ListSeatsRequest request;
  std::vector<std::string> listed;
  int pages = 0;
  do {
    v1::ListSeatsResponse page;
    ASSERT_TRUE(
        client.area().ListSeats(MakeCallContext(absl::Seconds(20)).get(), request, &page).ok());
    for (const v1::Seat& seat : page.seats()) listed.push_back(seat.seat_id());
    request.set_page_token(page.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_GT(pages, 1);
  EXPECT_THAT(listed, SizeIs(kSeats));
  EXPECT_TRUE(std::is_sorted(listed.begin(), listed.end()));
}

TEST_F(OneRouterTest, AWatcherSeesEverythingThenChanges) {
  RouterClient client(router_->address());
  ASSERT_TRUE(client.SignIn("s1").ok());
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  const auto context = MakeCallContext(absl::Seconds(20));
  const auto stream = client.area().WatchArea(context.get(), {});
  v1::WatchAreaResponse message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_TRUE(message.full());
  EXPECT_EQ(message.revision(), 1u);
  EXPECT_THAT(message.seats(), SizeIs(4));  // also those nobody is at
  EXPECT_EQ(message.area().role(), v1::RouterStatus::ROLE_ACTIVE);
  EXPECT_THAT(message.area().nodes(), ElementsAre("call-1"));

  const std::string call = calls.Queue("general");
  bool seat_rings = false;
  while (!seat_rings && stream->Read(&message)) {
    for (const auto& seat : message.seats()) seat_rings |= seat.state() == v1::Seat::STATE_OFFERED;
  }
  EXPECT_TRUE(seat_rings);
  EXPECT_GT(message.revision(), 1u);
  EXPECT_FALSE(message.full());
  calls.HangUp(call);
  bool ended = false;
  while (!ended && stream->Read(&message)) ended = message.ended_size() > 0;
  EXPECT_EQ(message.ended(0).request().call_id(), call);
  EXPECT_EQ(message.stats().offered(), 1u);
  context->TryCancel();
}

TEST_F(OneRouterTest, ADrainingAreaReleasesNewCalls) {
  RouterClient client(router_->address());
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  v1::SetDrainRequest request;
  request.set_draining(true);
  v1::SetDrainResponse response;
  ASSERT_TRUE(
      client.area().SetDrain(MakeCallContext(absl::Seconds(20)).get(), request, &response).ok());
  EXPECT_TRUE(client.Area().draining());
  EXPECT_TRUE(calls.WaitForRelease(calls.Queue("general")));
}

TEST_F(OneRouterTest, ACallServiceThatDisappearsAndComesBackKeepsItsCalls) {
  RouterClient client(router_->address());
  std::string call;
  {
    FakeCallService calls({router_->address()}, "test", "call-1", 1);
    ASSERT_TRUE(calls.WaitUntilServed());
    call = calls.Queue("general");
    ASSERT_TRUE(calls.WaitUntilAcked());
  }
  ASSERT_TRUE(client.Eventually([&] { return client.Area().nodes().empty(); }));
  EXPECT_THAT(client.Calls().calls(), SizeIs(1));
  // A new instance knows nothing of it: the router concludes the call alone.
  FakeCallService again({router_->address()}, "test", "call-1", 2);
  ASSERT_TRUE(again.WaitUntilServed());
  ASSERT_TRUE(client.Eventually([&] { return client.Calls(true).ended_size() == 1; }));
  EXPECT_EQ(client.Calls(true).ended(0).result(), v1::TELEPHONY_RESULT_T12);
  EXPECT_EQ(client.Calls(true).ended(0).request().call_id(), call);
  EXPECT_THAT(client.Calls().calls(), SizeIs(0));
}

TEST_F(OneRouterTest, AReplayGivesTheSameBytes) {
  RouterClient client(router_->address());
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  for (const char* seat : {"s1", "s2", "s3"}) ASSERT_TRUE(client.SignIn(seat).ok());
  for (int i = 0; i < 60; ++i) {
    const std::string call = calls.Queue("general");
    const auto offer = calls.WaitForOffer(call);
    ASSERT_TRUE(offer);
    if (i % 3 != 0) calls.Answer(call, offer->offer_id());
    if (i % 10 == 5) {
      ASSERT_TRUE(client.SetNotReady("s2", "break").ok());
    }
    if (i % 10 == 6) {
      ASSERT_TRUE(client.SetReady("s2").ok());
    }
    calls.HangUp(call);
    ASSERT_TRUE(calls.WaitUntilAcked());
  }
  (void)calls.Queue("general");
  ASSERT_TRUE(calls.WaitUntilAcked());
  // More than one snapshot was written; a new router takes the last and the entries after it.
  const auto standby = StartRouter("router-2");
  RouterClient other(standby->address());
  ASSERT_TRUE(
      other.Eventually([&] { return other.Area().journal_seq() == client.Area().journal_seq(); }));
  EXPECT_EQ(other.Area().role(), v1::RouterStatus::ROLE_STANDBY);
  EXPECT_EQ(SnapshotOf(*standby), SnapshotOf(*router_));
  EXPECT_EQ(other.Calls(true, 1000).ended_size(), 60);
  // It follows, too.
  ASSERT_TRUE(client.SignIn("s4").ok());
  ASSERT_TRUE(
      other.Eventually([&] { return other.Area().journal_seq() == client.Area().journal_seq(); }));
  EXPECT_EQ(SnapshotOf(*standby), SnapshotOf(*router_));
  EXPECT_EQ(other.SignIn("s4").error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_LE(std::stoi(redis_.Run({"XLEN", "{test}:journal"})), 3 * 20);
}

/// Reads one message, then nothing more, so that the stream's windows and then the backlog fill.
class LazyWatcher : public grpc::ClientReadReactor<v1::WatchAreaResponse> {
 public:
  explicit LazyWatcher(v1::AreaService::Stub& stub) {
    PrepareContext(absl::Seconds(60), context_);
    stub.async()->WatchArea(&context_, &request_, this);
    AddHold();
    StartRead(&message_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    if (ok && !std::exchange(started_, true)) return first_.set_value();
    if (ok) StartRead(&message_);
  }

  void OnDone(const grpc::Status& status) override { done_.set_value(status); }

  void WaitForFirst() { first_.get_future().get(); }

  grpc::Status ReadToTheEnd() {
    StartRead(&message_);
    RemoveHold();
    return done_.get_future().get();
  }

 private:
  grpc::ClientContext context_;
  v1::WatchAreaRequest request_;
  v1::WatchAreaResponse message_;
  bool started_ = false;
  std::promise<void> first_;
  std::promise<grpc::Status> done_;
};

TEST_F(OneRouterTest, ASlowWatcherIsCutOff) {
  RouterClient client(router_->address());
  FakeCallService calls({router_->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  LazyWatcher lazy(client.area());
  lazy.WaitForFirst();
  // Large messages fill the windows soon, however far gRPC has opened them.
  constexpr int kMostMessages = 100'000;
  for (int i = 0; i < 100; ++i) calls.Queue("general");
  ASSERT_TRUE(calls.WaitUntilAcked());
  std::promise<bool> cut_off;
  router_->strand().Post([&] {
    Strand& strand = router_->strand();
    for (int i = 0; i < kMostMessages && strand.watchers().watching() > 0; ++i) {
      strand.watchers().NoteAll();
      strand.watchers().Flush(strand.core(), strand.now());
    }
    cut_off.set_value(strand.watchers().watching() == 0);
  });
  ASSERT_TRUE(cut_off.get_future().get());
  EXPECT_EQ(lazy.ReadToTheEnd().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(client.SignIn("s1").ok());
}

}  // namespace
}  // namespace hotline::router
