// Policies by name, and the rival that the core does not have.
#include "router/sim/world/policy.h"

#include <gtest/gtest.h>

#include "router/sim/world/timed_rings.h"

namespace hotline::sim {
namespace {

TEST(Policy, EveryNameMakesASoundConfiguration) {
  const PolicySetting setting{
      .overflow = {.seats = 3, .after = 60}, .types = {"a", "b"}, .homes = {"north", "south"}};
  for (const char* name : {"fifo-longest-idle", "priorities", "fixed-timer-overflow", "hotline",
                           "hotline-own-seats", "hotline-no-priorities", "hotline-reserve-2",
                           "expected-rings-30", "near-rings-4", "timed-rings-30", "isolated"}) {
    const auto policy = MakePolicy(name, setting);
    ASSERT_TRUE(policy.has_value()) << name;
    EXPECT_TRUE(router::Validate(policy->routing.area).empty()) << name;
  }
  for (const char* name : {"", "best", "timed-rings-", "timed-rings-x", "timed-rings--1"}) {
    EXPECT_FALSE(MakePolicy(name, setting).has_value()) << name;
  }
}

TEST(TimedRings, WidenAfterTheTime) {
  Day day{.types = {"north", "south"}, .homes = {"north", "south"}};
  day.sessions = {{.seat = "n", .end = 1000, .types = {0, 1}, .group = "north"},
                  {.seat = "s", .end = 1000, .types = {0, 1}, .group = "south"}};
  day.calls = {{.time = 10, .type = 0, .patience = 500, .service = 100},
               {.time = 20, .type = 0, .patience = 500, .service = 100},
               {.time = 30, .type = 0, .patience = 20, .service = 100}};
  const DayRun run = RunTimedRings(day, 30);
  EXPECT_TRUE(run.calls[0].at_home);
  EXPECT_EQ(run.calls[1].wait, 30);
  EXPECT_FALSE(run.calls[1].at_home);
  EXPECT_FALSE(run.calls[2].answered);
  EXPECT_EQ(RunTimedRings(day, 1000).calls[1].wait, 90);  // never widened: the home seat is free
}

}  // namespace
}  // namespace hotline::sim
