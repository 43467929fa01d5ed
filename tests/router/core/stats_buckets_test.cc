#include "router/core/state/stats_buckets.h"

#include "gtest/gtest.h"

namespace hotline::router {
namespace {

const absl::Time kNine = absl::FromUnixSeconds(1'772'413'200);

/// Counts a call with these facts the way the router does: when it asks, is answered and ends.
void Count(StatsBuckets& stats, double wait_s, bool answered, EndCause cause,
           bool ringing = false) {
  const ResultLimits limits;
  CallFacts facts{.request_time = kNine,
                  .end_time = kNine + absl::Seconds(wait_s),
                  .ringing = ringing,
                  .cause = cause};
  if (answered) facts.answer_time = facts.end_time;
  stats.Offered(kNine);
  const absl::Duration wait = absl::Seconds(wait_s);
  if (answered) stats.Answered(kNine, TargetKind::kSeat, wait, wait <= limits.answer_target);
  stats.Ended({.arrive_time = kNine,
               .offered = true,
               .answered = answered,
               .in_target = answered && wait <= limits.answer_target},
              ResultOf(facts, limits));
}

// The surge of scenario SC13: forty calls in a quarter of an hour.
TEST(StatsBucketsTest, SurgeArithmetic) {
  StatsBuckets stats;
  stats.Advance(kNine);
  stats.Ended({.arrive_time = kNine}, TelephonyResult::kT14);
  for (const double wait : {2.0, 3.0, 4.9}) Count(stats, wait, false, EndCause::kCallerHungUp);
  for (int i = 0; i < 4; ++i) Count(stats, 40 + i, false, EndCause::kCallerHungUp);
  Count(stats, 12, false, EndCause::kCallerHungUp, /*ringing=*/true);
  for (int i = 0; i < 2; ++i) Count(stats, 600, false, EndCause::kQueueTimeout);
  Count(stats, 9, false, EndCause::kSystemFailure);
  for (int i = 0; i < 22; ++i) Count(stats, i % 16, true, EndCause::kTargetHungUp);
  for (int i = 0; i < 6; ++i) Count(stats, 16 + i, true, EndCause::kCallerHungUp);

  const AreaStats sum = stats.Since(kNine, kNine);
  EXPECT_EQ(sum.requested(), 39u);
  EXPECT_EQ(sum.connected(), 28u);
  EXPECT_EQ(sum.answered_in_target, 22u);
  EXPECT_EQ(sum.not_requested, 1u);
  EXPECT_EQ(sum.abandoned, 8u);
  EXPECT_EQ(sum.failed, 3u);
  EXPECT_EQ(sum.open, 0u);
  EXPECT_EQ(sum.results[2], 3u) << "short abandons";
  EXPECT_EQ(sum.longest_wait, absl::Seconds(21));
}

TEST(StatsBucketsTest, OldQuartersAreDroppedAndLateResultsOfTheirCallsIgnored) {
  StatsBuckets stats;
  stats.Advance(kNine);
  stats.Offered(kNine);
  stats.Advance(kNine + absl::Hours(25));
  EXPECT_EQ(stats.Since(kNine, kNine + absl::Hours(25)).offered, 0u);
  stats.Ended({.arrive_time = kNine, .offered = true}, TelephonyResult::kT04);
  const AreaStats sum = stats.Since(kNine, kNine + absl::Hours(25));
  EXPECT_EQ(sum.open, 0u);
  EXPECT_EQ(sum.abandoned, 0u);
  for (int i = 0; i < 500; ++i) {
    stats.Advance(kNine + i * StatsBuckets::kQuarter);
    stats.Offered(kNine + i * StatsBuckets::kQuarter);
  }
  EXPECT_LE(stats.buckets().size(), static_cast<size_t>(StatsBuckets::kMaxBuckets));
}

TEST(StatsBucketsTest, AWindowBeginsAtItsQuarter) {
  StatsBuckets stats;
  for (int i = 0; i < 4; ++i) {
    stats.Advance(kNine + i * StatsBuckets::kQuarter);
    stats.Offered(kNine + i * StatsBuckets::kQuarter);
  }
  const absl::Time now = kNine + absl::Minutes(50);
  const AreaStats sum = stats.Since(kNine + absl::Minutes(20), now);
  EXPECT_EQ(sum.start_time, kNine + absl::Minutes(15));
  EXPECT_EQ(sum.offered, 3u);
}

TEST(StatsBucketsTest, HalfHoursAddUpToTheDay) {
  StatsBuckets stats;
  for (int i = 0; i < 6; ++i) {
    stats.Advance(kNine + i * StatsBuckets::kQuarter);
    stats.Offered(kNine + i * StatsBuckets::kQuarter);
  }
  const absl::Duration half_hour = absl::Minutes(30);
  for (int i = 0; i < 3; ++i) {
    const AreaStats sum = stats.Between(kNine + i * half_hour, kNine + (i + 1) * half_hour);
    EXPECT_EQ(sum.start_time, kNine + i * half_hour);
    EXPECT_EQ(sum.offered, 2u);
    EXPECT_EQ(sum.open, 2u);
  }
  EXPECT_EQ(stats.Between(kNine - half_hour, kNine).offered, 0u);
}

}  // namespace
}  // namespace hotline::router
