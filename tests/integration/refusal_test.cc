// Seats that do not take the call they are offered, and callers who do not wait for it.
#include <memory>
#include <string>

#include "gtest/gtest.h"

#include "tests/integration/hotline_fixture.h"

namespace hotline::test {
namespace {

using robot::AnswerPlan;
using router::v1::Call;
using router::v1::CallRecord;
using router::v1::Seat;

struct Refusal {
  const char* name;
  AnswerPlan plan;
  bool registered;
  const char* reason;  // the seat's, afterwards
  router::v1::LegEnd leg_end;
};

class RefusalTest : public HotlineTest, public ::testing::WithParamInterface<Refusal> {};

// Two callers wait in line when the first seat, which is longest idle, does not take the first of
// them: that caller goes to the next seat, still before the second caller.
TEST_P(RefusalTest, TheNextSeatGetsTheCallAndItsPlaceIsKept) {
  std::shared_ptr<robot::Phone> unwilling;
  if (GetParam().registered) unwilling = AddPhone("8101", kSeatTone, GetParam().plan);
  const auto willing = AddPhone("8102", kOtherSeatTone);
  const auto first = HotlineTest::Call(Caller(kPairNumber));
  ASSERT_TRUE(WaitCalls(Call::STATE_QUEUED, 1));
  const auto second = HotlineTest::Call(Caller(kPairNumber));
  ASSERT_TRUE(WaitCalls(Call::STATE_QUEUED, 2));

  SignIn("s8101");
  EXPECT_TRUE(watch().Wait(kSoon, [](const demo::AreaView& view) {
    const auto seat = view.seats.find("s8101");
    return seat != view.seats.end() && seat->second.state() == Seat::STATE_NOT_READY &&
           seat->second.reason() == GetParam().reason;
  })) << watch().view().seats["s8101"].ShortDebugString();
  EXPECT_TRUE(WaitCalls(Call::STATE_QUEUED, 2));

  SignIn("s8102");
  EXPECT_TRUE(first->WaitPerson(kSoon)) << "the first in line is served first";
  EXPECT_TRUE(second->ear().Hears(kMusicTone)) << second->ear().Describe();
  first->HangUp();
  EXPECT_TRUE(second->WaitPerson(kSoon));
  second->HangUp();

  const auto ended = WaitEnded(2);
  ASSERT_EQ(ended.size(), 2U);
  ASSERT_EQ(ended[0].legs_size(), 3) << ended[0].ShortDebugString();
  EXPECT_EQ(ended[0].legs(1).end(), GetParam().leg_end);
  EXPECT_EQ(ended[0].legs(2).end(), router::v1::LEG_END_COMPLETED);
  EXPECT_EQ(ended[0].answered_by().id(), "s8102");
}

INSTANTIATE_TEST_SUITE_P(
    Seats, RefusalTest,
    ::testing::Values(
        Refusal{"Busy486",
                {.action = AnswerPlan::Action::kRefuse, .status = 486},
                true,
                "declined",
                router::v1::LEG_END_DECLINED},
        Refusal{"Declines603",
                {.action = AnswerPlan::Action::kRefuse,
                 .delay = absl::Milliseconds(300),
                 .status = 603},
                true,
                "declined",
                router::v1::LEG_END_DECLINED},
        Refusal{"Unavailable480",
                {.action = AnswerPlan::Action::kRefuse, .status = 480},
                true,
                "unreachable",
                router::v1::LEG_END_UNREACHABLE},
        Refusal{"NotRegistered", {}, false, "unreachable", router::v1::LEG_END_UNREACHABLE},
        Refusal{"NoAnswer",
                {.action = AnswerPlan::Action::kIgnore},
                true,
                "no_answer",
                router::v1::LEG_END_NO_ANSWER}),
    [](const auto& refusal) { return refusal.param.name; });

class AbandonTest : public HotlineTest {};

TEST_F(AbandonTest, CancelRightAfterTheInviteLeavesNothingBehind) {
  robot::CallerOptions options = Caller(kPairNumber);
  options.patience = absl::ZeroDuration();
  const auto caller = HotlineTest::Call(options);
  EXPECT_TRUE(caller->WaitEnded(kSoon));
  EXPECT_TRUE(watch().Wait(kSoon, [](const demo::AreaView& view) { return view.calls.empty(); }));
}

TEST_F(AbandonTest, ShortAndLongWaitsAreToldApart) {
  const auto quick = HotlineTest::Call(Caller(kPairNumber));
  ASSERT_TRUE(WaitCalls(Call::STATE_QUEUED, 1));
  quick->HangUp();
  ASSERT_EQ(WaitEnded(1).size(), 1U);
  robot::CallerOptions options = Caller(kPairNumber);
  options.patience = absl::Seconds(4);  // notice 1 s, then longer than short_abandon
  const auto slow = HotlineTest::Call(options);
  EXPECT_TRUE(slow->WaitEnded(kSoon));
  const auto ended = WaitEnded(2);
  ASSERT_EQ(ended.size(), 2U);
  EXPECT_EQ(ended[0].result(), router::v1::TELEPHONY_RESULT_T03);
  EXPECT_EQ(ended[1].result(), router::v1::TELEPHONY_RESULT_T04);
}

TEST_F(AbandonTest, HangingUpWhileASeatRingsStopsTheRinging) {
  const auto phone = AddPhone("8101", kSeatTone, {.action = AnswerPlan::Action::kIgnore});
  SignIn("s8101");
  robot::CallerOptions options = Caller(kPairNumber);
  options.patience = absl::Seconds(2);  // notice 1 s, then it rings for 2 s at most
  const auto caller = HotlineTest::Call(options);
  const auto rung = phone->WaitCall(1, kSoon);
  ASSERT_NE(rung, nullptr);
  EXPECT_TRUE(rung->WaitEnded(kSoon));
  EXPECT_TRUE(rung->report().missed);
  const auto ended = WaitEnded(1);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].result(), router::v1::TELEPHONY_RESULT_T05);
  EXPECT_EQ(ended[0].legs(1).end(), router::v1::LEG_END_CANCELLED);
  EXPECT_TRUE(WaitSeat("s8101", Seat::STATE_READY)) << "it was not the seat's fault";
}

}  // namespace
}  // namespace hotline::test
