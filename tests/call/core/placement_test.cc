#include "services/call/core/placement.h"

#include "gtest/gtest.h"

namespace hotline::call {
namespace {

const std::vector<NumberRule> kRules = {
    {.dialled = "12345",
     .header = Header{"X-Transfer-From", "12345"},
     .queue = "transfers",
     .entry = "transfer_12345",
     .priority = Priority::kP2},
    {.dialled = "12345", .queue = "general"},
    {.dialled = "12348", .queue = "general"},
};

TEST(Placement, TheFirstRuleThatMatchesWins) {
  EXPECT_EQ(FindPlace(kRules, "12345", {{"x-transfer-from", "12345"}}), &kRules[0]);
  EXPECT_EQ(FindPlace(kRules, "12345", {{"x-transfer-from", "12345 "}}), &kRules[1]);
  EXPECT_EQ(FindPlace(kRules, "12345", {}), &kRules[1]);
  EXPECT_EQ(FindPlace(kRules, "12348", {}), &kRules[2]);
}

TEST(Placement, UnknownNumbersHaveNoPlace) {
  EXPECT_EQ(FindPlace(kRules, "", {}), nullptr);
  EXPECT_EQ(FindPlace(kRules, "123480", {}), nullptr);
}

}  // namespace
}  // namespace hotline::call
