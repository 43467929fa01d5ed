// What people hear: a caller and a seat, a caller and a station; holding and hanging up on either
// side.
#include <memory>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/integration/hotline_fixture.h"

namespace hotline::test {
namespace {

using robot::RobotCall;
using router::v1::Call;
using router::v1::CallRecord;
using router::v1::Seat;

class TalkTest : public HotlineTest {
 protected:
  // A caller and the seat s8101 that talk and hear each other.
  void Talk() {
    phone_ = AddPhone("8101", kSeatTone);
    SignIn("s8101");
    caller_ = HotlineTest::Call(Caller(kPairNumber));
    seat_ = phone_->WaitCall(1, kSoon);
    ASSERT_NE(seat_, nullptr);
    ASSERT_TRUE(caller_->ear().WaitExactly({kSeatTone}, kSoon)) << caller_->ear().Describe();
    ASSERT_TRUE(seat_->ear().WaitExactly({kCallerTone}, kSoon)) << seat_->ear().Describe();
  }

  std::shared_ptr<robot::Phone> phone_;
  std::shared_ptr<RobotCall> caller_;
  std::shared_ptr<RobotCall> seat_;
};

TEST_F(TalkTest, NoticeThenMusicThenTheSeatAndARecordOfEveryLeg) {
  const auto phone = AddPhone("8101", kSeatTone);
  const auto caller = HotlineTest::Call(Caller(kPairNumber));
  EXPECT_TRUE(caller->ear().WaitExactly({kNoticeTone}, kSoon)) << caller->ear().Describe();
  EXPECT_TRUE(caller->ear().WaitExactly({kMusicTone}, kSoon)) << caller->ear().Describe();
  EXPECT_TRUE(WaitCalls(Call::STATE_QUEUED, 1));

  SignIn("s8101");
  const auto seat = phone->WaitCall(1, kSoon);
  ASSERT_NE(seat, nullptr);
  EXPECT_TRUE(caller->ear().WaitExactly({kSeatTone}, kSoon)) << caller->ear().Describe();
  EXPECT_TRUE(seat->ear().WaitExactly({kCallerTone}, kSoon)) << seat->ear().Describe();
  EXPECT_TRUE(WaitSeat("s8101", Seat::STATE_ON_CALL));

  caller->HangUp();
  EXPECT_TRUE(seat->WaitEnded(kSoon));
  EXPECT_FALSE(seat->report().ended_here);
  const auto ended = WaitEnded(1);
  ASSERT_EQ(ended.size(), 1U);
  const CallRecord& record = ended[0];
  EXPECT_EQ(record.result(), router::v1::TELEPHONY_RESULT_T01);
  EXPECT_EQ(record.cause(), router::v1::END_CAUSE_CALLER_HUNG_UP);
  EXPECT_EQ(record.answered_by().id(), "s8101");
  ASSERT_EQ(record.legs_size(), 2);
  EXPECT_TRUE(record.legs(0).has_answer_time());
  EXPECT_TRUE(record.legs(1).has_ring_time());
  EXPECT_TRUE(record.legs(1).has_answer_time());
  EXPECT_EQ(record.legs(1).end(), router::v1::LEG_END_COMPLETED);
  EXPECT_TRUE(WaitSeat("s8101", Seat::STATE_READY)) << "the wrap-up is over";
}

TEST_F(TalkTest, SeatHangsUp) {
  ASSERT_NO_FATAL_FAILURE(Talk());
  seat_->HangUp();
  EXPECT_TRUE(caller_->WaitEnded(kSoon));
  EXPECT_FALSE(caller_->report().ended_here);
  const auto ended = WaitEnded(1);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].cause(), router::v1::END_CAUSE_TARGET_HUNG_UP);
}

TEST_F(TalkTest, SeatHoldsAndResumes) {
  ASSERT_NO_FATAL_FAILURE(Talk());
  seat_->Hold(true);
  EXPECT_TRUE(caller_->ear().WaitExactly({kMusicTone}, kSoon)) << caller_->ear().Describe();
  EXPECT_TRUE(seat_->ear().WaitExactly({}, kSoon)) << seat_->ear().Describe();
  EXPECT_TRUE(WaitCalls(Call::STATE_HELD, 1));
  seat_->Hold(false);
  EXPECT_TRUE(caller_->ear().WaitExactly({kSeatTone}, kSoon)) << caller_->ear().Describe();
  EXPECT_TRUE(seat_->ear().WaitExactly({kCallerTone}, kSoon)) << seat_->ear().Describe();
  EXPECT_TRUE(WaitCalls(Call::STATE_CONNECTED, 1));
}

TEST_F(TalkTest, CallerHoldsAndResumes) {
  ASSERT_NO_FATAL_FAILURE(Talk());
  caller_->Hold(true);
  EXPECT_TRUE(caller_->ear().WaitSilent(kSeatTone, kSoon)) << caller_->ear().Describe();
  EXPECT_TRUE(seat_->ear().WaitSilent(kCallerTone, kSoon)) << seat_->ear().Describe();
  caller_->Hold(false);
  EXPECT_TRUE(caller_->ear().WaitExactly({kSeatTone}, kSoon)) << caller_->ear().Describe();
  EXPECT_TRUE(seat_->ear().WaitExactly({kCallerTone}, kSoon)) << seat_->ear().Describe();
}

TEST_F(TalkTest, WithoutASeatTheStationTalks) {
  const auto phone = AddPhone("7001", kStationTone);
  const auto caller = HotlineTest::Call(Caller(kTownNumber));
  EXPECT_TRUE(caller->ear().WaitExactly({kNoticeTone}, kSoon)) << caller->ear().Describe();
  const auto station = phone->WaitCall(1, kSoon);
  ASSERT_NE(station, nullptr);
  EXPECT_TRUE(caller->ear().WaitExactly({kStationTone}, kSoon)) << caller->ear().Describe();
  EXPECT_TRUE(station->ear().WaitExactly({kCallerTone}, kSoon)) << station->ear().Describe();
  station->HangUp();
  EXPECT_TRUE(caller->WaitEnded(kSoon));
  const auto ended = WaitEnded(1);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].answered_by().kind(), router::v1::TARGET_KIND_STATION);
  EXPECT_EQ(ended[0].answered_by().id(), "town-a");
  EXPECT_TRUE(watch().Wait(
      kSoon, [](const demo::AreaView& view) { return view.stats.escalated_answered() >= 1; }));
}

TEST_F(TalkTest, WithoutASeatAndAStationTheCallerIsToldAndReleased) {
  const auto caller =
      HotlineTest::Call(Caller(kTownNumber));  // the station's phone is not registered
  EXPECT_TRUE(caller->ear().WaitExactly({kNoAgentTone}, kSoon)) << caller->ear().Describe();
  EXPECT_TRUE(caller->WaitEnded(kSoon));
  const auto ended = WaitEnded(1);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].result(), router::v1::TELEPHONY_RESULT_T08);
}

TEST_F(TalkTest, FullQueueTellsTheCallerAndAnOldWaitTimesOut) {
  const auto first = HotlineTest::Call(Caller(kFullNumber));
  ASSERT_TRUE(WaitCalls(Call::STATE_QUEUED, 1));
  const auto second = HotlineTest::Call(Caller(kFullNumber));
  EXPECT_TRUE(second->ear().WaitHears(kBusyTone, kSoon)) << second->ear().Describe();
  EXPECT_TRUE(second->WaitEnded(kSoon));
  EXPECT_TRUE(first->WaitEnded(kSoon));
  int full = 0;
  int timed_out = 0;
  for (const CallRecord& record : WaitEnded(2)) {
    if (record.result() == router::v1::TELEPHONY_RESULT_T07) ++full;
    if (record.result() == router::v1::TELEPHONY_RESULT_T06) ++timed_out;
  }
  EXPECT_EQ(full, 1);
  EXPECT_EQ(timed_out, 1);
}

}  // namespace
}  // namespace hotline::test
