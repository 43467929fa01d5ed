#include "services/base/telephony_result.h"

#include <optional>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace hotline {
namespace {

using enum TelephonyResult;

constexpr ResultLimits kLimits;
const absl::Time kRequest = absl::FromUnixSeconds(1'767'225'600);

CallFacts EndedAfter(absl::Duration wait, EndCause cause) {
  return {.request_time = kRequest, .end_time = kRequest + wait, .cause = cause};
}

CallFacts AnsweredAfter(absl::Duration wait, EndCause cause) {
  CallFacts facts = EndedAfter(wait + absl::Minutes(3), cause);
  facts.answer_time = kRequest + wait;
  return facts;
}

TEST(TelephonyResultTest, TheTargetIsInclusive) {
  EXPECT_EQ(ResultOf(AnsweredAfter(absl::Seconds(15), EndCause::kCallerHungUp), kLimits), kT01);
  EXPECT_EQ(ResultOf(AnsweredAfter(absl::Milliseconds(15001), EndCause::kCallerHungUp), kLimits),
            kT02);
}

TEST(TelephonyResultTest, AnsweredStaysAnsweredWhateverEndsTheTalk) {
  EXPECT_EQ(ResultOf(AnsweredAfter(absl::Seconds(1), EndCause::kSystemFailure), kLimits), kT01);
  EXPECT_EQ(ResultOf(AnsweredAfter(absl::Seconds(1), EndCause::kMediaLost), kLimits), kT01);
}

TEST(TelephonyResultTest, AShortAbandonIsShorterThanItsLimit) {
  EXPECT_EQ(ResultOf(EndedAfter(absl::Milliseconds(4999), EndCause::kCallerHungUp), kLimits), kT03);
  EXPECT_EQ(ResultOf(EndedAfter(absl::Seconds(5), EndCause::kCallerHungUp), kLimits), kT04);
  const ResultLimits no_short{.short_abandon = absl::ZeroDuration()};
  EXPECT_EQ(ResultOf(EndedAfter(absl::ZeroDuration(), EndCause::kCallerHungUp), no_short), kT04);
}

TEST(TelephonyResultTest, HangingUpWhileSomebodyRingsIsItsOwnResult) {
  CallFacts facts = EndedAfter(absl::Seconds(1), EndCause::kCallerHungUp);
  facts.ringing = true;
  EXPECT_EQ(ResultOf(facts, kLimits), kT05);
}

TEST(TelephonyResultTest, ACauseOfOursDecidesAnUnansweredCall) {
  EXPECT_EQ(ResultOf(EndedAfter(absl::Minutes(10), EndCause::kQueueTimeout), kLimits), kT06);
  EXPECT_EQ(ResultOf(EndedAfter(absl::Seconds(0), EndCause::kQueueFull), kLimits), kT07);
  EXPECT_EQ(ResultOf(EndedAfter(absl::Seconds(20), EndCause::kNoAgent), kLimits), kT08);
  EXPECT_EQ(ResultOf(EndedAfter(absl::Seconds(1), EndCause::kSystemFailure), kLimits), kT12);
  EXPECT_EQ(ResultOf(EndedAfter(absl::Seconds(0), EndCause::kRestricted), kLimits), kT13);
}

TEST(TelephonyResultTest, NeverAskedForAPerson) {
  EXPECT_EQ(ResultOf({.end_time = kRequest, .cause = EndCause::kCallerHungUp}, kLimits), kT14);
  EXPECT_EQ(ResultOf({.end_time = kRequest, .cause = EndCause::kSystemFailure}, kLimits), kT12);
}

TEST(TelephonyResultTest, EveryResultIsInExactlyOneClass) {
  for (int i = 1; i <= kTelephonyResultCount; ++i) {
    const auto result = static_cast<TelephonyResult>(i);
    const int classes = int{IsAnswered(result)} + int{IsAbandoned(result)} + int{IsFailed(result)};
    EXPECT_EQ(classes, IsRequested(result) ? 1 : 0) << FormatTelephonyResult(result);
  }
}

TEST(TelephonyResultTest, Names) {
  EXPECT_EQ(FormatTelephonyResult(kT01), "T01");
  EXPECT_EQ(FormatTelephonyResult(kT14), "T14");
  EXPECT_EQ(FormatTelephonyResult(static_cast<TelephonyResult>(99)), "T??");
  EXPECT_EQ(FormatEndCause(EndCause::kNoAgent), "no_agent");
}

}  // namespace
}  // namespace hotline
