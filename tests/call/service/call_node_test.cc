// The call service with real SIP phones and gRPC on loopback.
#include "services/call/service/call_node.h"

#include <filesystem>
#include <future>

#include "gtest/gtest.h"

#include "tests/call/service/fakes.h"
#include "tests/call/sip/phone.h"

namespace hotline::call {
namespace {

using router::v1::CallEvent;

constexpr LegId kOut{CallId{77}, 1};

class CallNodeTest : public testing::Test {
 protected:
  CallNodeTest() {
    std::string folder = testing::TempDir() + "call-node-XXXXXX";
    options_.spool_dir = mkdtemp(folder.data());
    options_.area = "demo";
    options_.node = "call-1";
    options_.sip.listen = {"127.0.0.1", 0};
    options_.sip.proxy = seat_.address();
    options_.routers = {router_.address(), heir_.address()};
    options_.media = media_.address();
    options_.core.numbers = {{.dialled = "12348", .queue = "general"}};
    node_ = *CallNode::Start(options_, 1, absl::Now, metrics_);
    caller_.emplace(node_->sip_address());
    EXPECT_TRUE(router_.AwaitAnnouncement());
  }

  ~CallNodeTest() override {
    node_.reset();
    std::filesystem::remove_all(options_.spool_dir);
  }

  /// Returns the id of a call that waits.
  std::string Queue() {
    caller_->Dial(kOut, "12348", kTestSdp);
    EXPECT_TRUE(caller_->Await<Answered>());
    const auto queued = router_.AwaitEvent(CallEvent::kQueued);
    EXPECT_TRUE(queued);
    return queued ? queued->queued().request().call_id() : "";
  }

  /// Returns the id of a call that talks; `at_seat` is the seat phone's leg.
  std::string Talk(LegId& at_seat) {
    const std::string call = Queue();
    router_.Offer(call, 7, "8001");
    const auto invited = seat_.Await<Invited>();
    EXPECT_TRUE(invited);
    if (!invited) return call;
    EXPECT_EQ(invited->dialled, "8001");
    at_seat = {invited->call, kCallerLeg};
    seat_.Do(AnswerInvite{invited->call, kTestSdp});
    EXPECT_TRUE(router_.AwaitEvent(CallEvent::kAnswered));
    return call;
  }

  v1::GetStatusResponse Status() {
    std::promise<v1::GetStatusResponse> promise;
    node_->GetStatus([&](v1::GetStatusResponse status) { promise.set_value(std::move(status)); });
    return promise.get_future().get();
  }

  FakeRouter router_{5, true};
  FakeRouter heir_{6, false};
  FakeMedia media_;
  Phone seat_{Endpoint{"127.0.0.1", 9}};
  std::optional<Phone> caller_;
  CallOptions options_;
  Metrics metrics_;
  std::unique_ptr<CallNode> node_;
};

TEST_F(CallNodeTest, FromInviteThroughNoticeQueueAndOfferToTheRecord) {
  LegId at_seat;
  const std::string call = Talk(at_seat);
  EXPECT_TRUE(media_.inbox.Await([&](const media::v1::ControlRequest& r) {
    return r.has_set_route() && r.set_route().from_leg() == call + "-1" &&
           r.set_route().to_leg() == call + "-0";
  }));
  caller_->Do(ByeLeg{kOut});
  EXPECT_EQ(seat_.Await<LegClosed>(), (LegClosed{at_seat, Closure::kBye}));
  const auto ended = router_.AwaitEvent(CallEvent::kEnded);
  ASSERT_TRUE(ended);
  const router::v1::CallRecord& record = ended->ended().record();
  EXPECT_EQ(record.request().call_id(), call);
  EXPECT_EQ(record.cause(), router::v1::END_CAUSE_CALLER_HUNG_UP);
  EXPECT_EQ(record.answered_by().id(), "s8001");
  ASSERT_EQ(record.legs_size(), 2);
  EXPECT_EQ(record.legs(1).end(), router::v1::LEG_END_COMPLETED);
}

TEST_F(CallNodeTest, ASeatThatIsBusyIsReportedAndTheCallerGoesOnWaiting) {
  const std::string call = Queue();
  router_.Offer(call, 7, "8001");
  const auto invited = seat_.Await<Invited>();
  ASSERT_TRUE(invited);
  seat_.Do(RejectInvite{invited->call, 486});
  const auto failed = router_.AwaitEvent(CallEvent::kOfferFailed);
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->offer_failed().reason(), router::v1::LEG_END_DECLINED);
  EXPECT_EQ(Status().live_calls(), 1u);
}

TEST_F(CallNodeTest, ARouterWithAHigherEpochHearsOfAllLiveCallsAndTheOldOneIsRefused) {
  LegId at_seat;
  const std::string call = Talk(at_seat);
  ASSERT_TRUE(heir_.AwaitHello());
  heir_.SayActive();
  const auto announcement = heir_.AwaitAnnouncement();
  ASSERT_TRUE(announcement);
  EXPECT_TRUE(announcement->complete());
  ASSERT_EQ(announcement->calls_size(), 1);
  EXPECT_EQ(announcement->calls(0).request().call_id(), call);
  EXPECT_EQ(announcement->calls(0).state(), router::v1::Call::STATE_CONNECTED);
  EXPECT_EQ(announcement->calls(0).offer_id(), 7u);
  router_.Offer(call, 9, "8002");
  while (Status().refused_old_epoch() == 0) {
  }
  caller_->Do(ByeLeg{kOut});
  EXPECT_TRUE(heir_.AwaitEvent(CallEvent::kEnded));
}

TEST_F(CallNodeTest, DrainingEndsWhatIsLeftWithARecord) {
  Queue();
  node_->Drain(absl::ZeroDuration());
  EXPECT_EQ(caller_->Await<LegClosed>(), (LegClosed{kOut, Closure::kBye}));
  const auto ended = router_.AwaitEvent(CallEvent::kEnded);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->ended().record().cause(), router::v1::END_CAUSE_SYSTEM_FAILURE);
  EXPECT_EQ(Status().unacknowledged_records(), 0u);
  caller_->Dial({CallId{78}, 1}, "12348", kTestSdp);
  EXPECT_EQ(caller_->Await<LegClosed>(), (LegClosed{{CallId{78}, 1}, Closure::kRefused, 503}));
}

TEST_F(CallNodeTest, TheCallersNumberIsKnownWhileTheCallLivesAndAfterIt) {
  const auto ask = [&](CallId call) {
    std::promise<std::optional<PhoneNumber>> promise;
    node_->GetCaller(call, [&](const std::optional<PhoneNumber>& n) { promise.set_value(n); });
    return promise.get_future().get();
  };
  const CallId call = *ParseCallId(Queue());
  // The test's phone calls as its own_user, the default of SipOptions.
  EXPECT_EQ(ask(call), *PhoneNumber::Parse("12348"));
  caller_->Do(ByeLeg{kOut});
  EXPECT_TRUE(router_.AwaitEvent(CallEvent::kEnded));
  EXPECT_EQ(ask(call), *PhoneNumber::Parse("12348"));
  EXPECT_EQ(ask(CallId{1}), std::nullopt);
}

TEST_F(CallNodeTest, NoCallIsTakenThatCouldNotBeAccountedFor) {
  node_.reset();
  options_.max_unacknowledged = 1;
  node_ = *CallNode::Start(options_, 2, absl::Now, metrics_);
  caller_.emplace(node_->sip_address());
  ASSERT_TRUE(router_.AwaitAnnouncement());
  router_.HoldAcks(true);
  Queue();  // a live call will leave a record
  caller_->Dial({CallId{78}, 1}, "12348", kTestSdp);
  EXPECT_EQ(caller_->Await<LegClosed>(), (LegClosed{{CallId{78}, 1}, Closure::kRefused, 503}));
  caller_->Do(ByeLeg{kOut});
  ASSERT_TRUE(router_.AwaitEvent(CallEvent::kEnded));
  EXPECT_EQ(Status().unacknowledged_records(), 1u);
  caller_->Dial({CallId{79}, 1}, "12348", kTestSdp);
  EXPECT_EQ(caller_->Await<LegClosed>(), (LegClosed{kOut, Closure::kBye}));
  EXPECT_EQ(caller_->Await<LegClosed>(), (LegClosed{{CallId{79}, 1}, Closure::kRefused, 503}));
  router_.HoldAcks(false);
  while (Status().unacknowledged_records() > 0) {
  }
  caller_->Dial({CallId{80}, 1}, "12348", kTestSdp);
  EXPECT_TRUE(caller_->Await<Answered>());
}

TEST_F(CallNodeTest, UnknownNumbersAreNotFound) {
  caller_->Dial(kOut, "999", kTestSdp);
  EXPECT_EQ(caller_->Await<LegClosed>(), (LegClosed{kOut, Closure::kRefused, 404}));
}

}  // namespace
}  // namespace hotline::call
