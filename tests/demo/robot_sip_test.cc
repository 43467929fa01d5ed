// Robots against each other: a caller's hub sends straight to a phone's hub, without a proxy
// between them.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "deploy/demo/robot/robot_hub.h"

namespace hotline::robot {
namespace {

constexpr int kSeatTone = 600;
constexpr int kCallerTone = 300;
constexpr absl::Duration kSoon = absl::Seconds(5);

class RobotSip : public ::testing::TestWithParam<SipTransport> {
 protected:
  RobotSip() {
    seats_ = std::make_unique<RobotHub>(HubOptions{.tones = {kCallerTone, kSeatTone}});
    callers_ = std::make_unique<RobotHub>(HubOptions{
        .sip = {.proxy = absl::StrCat("127.0.0.1:", seats_->sip_port()), .transport = GetParam()},
        .tones = {kCallerTone, kSeatTone}});
  }

  std::shared_ptr<Phone> AddSeat(AnswerPlan plan) {
    plan.tone_hz = kSeatTone;
    return seats_->AddPhone({.extension = "8001", .registers = false, .plan = plan});
  }

  CallerOptions Caller() const {
    return {.number = "8001", .tone_hz = kCallerTone, .person_tones = {kSeatTone}};
  }

  std::unique_ptr<RobotHub> seats_;
  std::unique_ptr<RobotHub> callers_;
};

TEST_P(RobotSip, CallerAndSeatHearEachOtherAndTheCallerHangsUp) {
  const auto seat = AddSeat({});
  CallerOptions options = Caller();
  options.talk = absl::Milliseconds(300);
  const auto call = callers_->Call(options);
  const auto answered = seat->WaitCall(1, kSoon);
  ASSERT_NE(answered, nullptr);
  EXPECT_TRUE(answered->ear().WaitHears(kCallerTone, kSoon));
  EXPECT_TRUE(call->WaitPerson(kSoon));
  EXPECT_TRUE(call->WaitEnded(kSoon));
  EXPECT_TRUE(answered->WaitEnded(kSoon));
  EXPECT_TRUE(call->report().ended_here);
  EXPECT_FALSE(answered->report().ended_here);
  EXPECT_EQ(call->report().status, 200);
  EXPECT_TRUE(seat->WaitCounters(kSoon, [](const auto& count) { return count.answered == 1; }));
}

TEST_P(RobotSip, SeatHangsUpAfterItsTalk) {
  const auto seat = AddSeat({.delay = absl::Milliseconds(50), .talk = absl::Milliseconds(50)});
  const auto call = callers_->Call(Caller());
  EXPECT_TRUE(call->WaitEnded(kSoon));
  EXPECT_FALSE(call->report().ended_here);
  EXPECT_TRUE(call->report().ring_time.has_value());
  EXPECT_TRUE(call->report().answer_time.has_value());
}

TEST_P(RobotSip, SeatRefuses) {
  const auto seat = AddSeat({.action = AnswerPlan::Action::kRefuse, .status = 603});
  const auto call = callers_->Call(Caller());
  EXPECT_TRUE(call->WaitEnded(kSoon));
  EXPECT_EQ(call->report().status, 603);
  EXPECT_TRUE(seat->WaitCounters(kSoon, [](const auto& count) { return count.refused == 1; }));
}

TEST_P(RobotSip, ImpatientCallerCancelsWhileItRings) {
  const auto seat = AddSeat({.action = AnswerPlan::Action::kIgnore});
  CallerOptions options = Caller();
  options.patience = absl::Milliseconds(200);
  const auto call = callers_->Call(options);
  EXPECT_TRUE(call->WaitEnded(kSoon));
  EXPECT_EQ(call->report().status, 487);
  const auto rung = seat->WaitCall(1, kSoon);
  EXPECT_TRUE(rung->WaitEnded(kSoon));
  EXPECT_TRUE(rung->report().missed);
  EXPECT_TRUE(seat->WaitCounters(kSoon, [](const auto& count) { return count.missed == 1; }));
}

TEST_P(RobotSip, SecondCallToABusySeatIsCountedAndRefused) {
  const auto seat = AddSeat({});
  const auto first = callers_->Call(Caller());
  ASSERT_TRUE(first->WaitPerson(kSoon));
  const auto second = callers_->Call(Caller());
  EXPECT_TRUE(second->WaitEnded(kSoon));
  EXPECT_EQ(second->report().status, 486);
  EXPECT_TRUE(
      seat->WaitCounters(kSoon, [](const auto& count) { return count.double_invites == 1; }));
  first->HangUp();
  EXPECT_TRUE(callers_->WaitNoCalls(kSoon));
}

TEST_P(RobotSip, HoldSilencesTheLineAndResumeBringsItBack) {
  const auto seat = AddSeat({});
  const auto call = callers_->Call(Caller());
  const auto answered = seat->WaitCall(1, kSoon);
  ASSERT_NE(answered, nullptr);
  ASSERT_TRUE(call->ear().WaitHears(kSeatTone, kSoon));
  answered->Hold(true);
  EXPECT_TRUE(call->ear().WaitSilent(kSeatTone, kSoon));
  answered->Hold(false);
  EXPECT_TRUE(call->ear().WaitHears(kSeatTone, kSoon));
  call->HangUp();
  EXPECT_TRUE(answered->WaitEnded(kSoon));
}

INSTANTIATE_TEST_SUITE_P(Transports, RobotSip,
                         ::testing::Values(SipTransport::kUdp, SipTransport::kTcp),
                         [](const auto& transport) {
                           return transport.param == SipTransport::kUdp ? "Udp" : "Tcp";
                         });

}  // namespace
}  // namespace hotline::robot
