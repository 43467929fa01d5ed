#include "services/ticket/exchange/retry_plan.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace hotline::ticket {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'795'000'000);

TEST(RetryPlanTest, PausesDoubleUpToALimit) {
  absl::Duration before;
  for (int tries = 1; tries <= 100; ++tries) {
    const absl::Duration pause = NextTry(kNow, tries, "GD9900012609150000427") - kNow;
    const absl::Duration plain =
        std::min(kFirstPause * (1 << std::min(tries - 1, 16)), kLongestPause);
    EXPECT_GE(pause, plain) << tries;
    EXPECT_LE(pause, plain * (1 + kSpread)) << tries;
    if (plain < kLongestPause) {
      EXPECT_GT(pause, before) << tries;
    }
    before = pause;
  }
}

TEST(RetryPlanTest, WhatFailedTogetherIsSpread) {
  std::set<absl::Time> times;
  for (int i = 0; i < 100; ++i) times.insert(NextTry(kNow, 8, "ticket" + std::to_string(i)));
  EXPECT_GT(times.size(), 80u);
  EXPECT_EQ(NextTry(kNow, 8, "ticket1"), NextTry(kNow, 8, "ticket1"));
}

}  // namespace
}  // namespace hotline::ticket
