#include "services/runtime/clock.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace hotline {
namespace {

class SteadyClockTest : public testing::Test {
 protected:
  /// Both sources go on together.
  void Pass(absl::Duration time) {
    wall_ += time;
    monotonic_ += time;
  }

  absl::Time wall_ = absl::FromUnixSeconds(1'767'225'600);
  absl::Duration monotonic_ = absl::Hours(5);
  const absl::Time start_ = wall_;
  const Clock clock_ = MakeSteadyClock([this] { return wall_; }, [this] { return monotonic_; });
};

TEST_F(SteadyClockTest, FollowsTheWallClock) {
  EXPECT_EQ(clock_(), start_);
  Pass(absl::Seconds(10));
  EXPECT_EQ(clock_(), start_ + absl::Seconds(10));
}

TEST_F(SteadyClockTest, AStepBackNeitherTurnsNorStopsTime) {
  wall_ -= absl::Hours(1);
  EXPECT_EQ(clock_(), start_);
  Pass(absl::Seconds(100));
  EXPECT_EQ(clock_(), start_ + absl::Seconds(99)) << "1 % slower, until they meet";
}

TEST_F(SteadyClockTest, AStepForwardDoesNotFireDeadlines) {
  wall_ += absl::Seconds(40);
  EXPECT_EQ(clock_(), start_);
  Pass(absl::Seconds(100));
  EXPECT_EQ(clock_(), start_ + absl::Seconds(101));
  for (int i = 0; i < 60; ++i) {
    Pass(absl::Seconds(100));
    clock_();
  }
  EXPECT_EQ(clock_(), wall_) << "met, and not overshot";
}

TEST(RealClockTest, StartsAtTheWallClockAndGoesForward) {
  const absl::Time before = absl::Now();
  const Clock clock = MakeSteadyClock();
  const absl::Time first = clock();
  EXPECT_GE(first, before - absl::Milliseconds(1));
  EXPECT_LT(first, before + absl::Minutes(1));
  EXPECT_GE(clock(), first);
}

}  // namespace
}  // namespace hotline
