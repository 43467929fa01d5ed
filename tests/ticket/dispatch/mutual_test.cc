// 三三制 as the domain model's section 3.7 prints it.
#include "services/ticket/dispatch/mutual.h"

#include "gtest/gtest.h"

namespace hotline::ticket {
namespace {

constexpr Platform kAll[] = {Platform::kPhysical, Platform::kHotline, Platform::kNetwork};
constexpr Level kEvery[] = {Level::kCity, Level::kCounty, Level::kTownship, Level::kVillage};

TEST(MutualDispatchTest, AllIsAllowedButSidewaysAcrossCounties) {
  const auto rules = DefaultMutualRules();
  for (const Platform from : kAll) {
    for (const Platform to : kAll) {
      for (const Level above : kEvery) {
        for (const Level below : kEvery) {
          for (const bool other_county : {false, true}) {
            const MutualRule* rule =
                FindMutualRule(rules, {from, above}, {to, below}, other_county);
            ASSERT_NE(rule, nullptr);
            const bool sideways = from == Platform::kPhysical && to == Platform::kPhysical &&
                                  other_county && above != Level::kCity && below != Level::kCity;
            EXPECT_EQ(rule->allowed, !sideways)
                << FormatPlatform(from) << " " << FormatLevel(above) << " to " << FormatPlatform(to)
                << " " << FormatLevel(below) << " other " << other_county;
          }
        }
      }
    }
  }
}

TEST(MutualDispatchTest, FeedbackIsOwedExceptWithinACountyAndWithinTheNetwork) {
  const auto rules = DefaultMutualRules();
  for (const Platform from : kAll) {
    for (const Platform to : kAll) {
      const MutualRule* rule =
          FindMutualRule(rules, {from, Level::kCounty}, {to, Level::kTownship}, false);
      const bool none = from == to && from != Platform::kHotline;
      EXPECT_EQ(rule->feedback, !none) << FormatPlatform(from) << " to " << FormatPlatform(to);
    }
  }
}

TEST(MutualDispatchTest, ATableWithoutARowThatFitsAllowsNothing) {
  const std::vector<MutualRule> rules = {{.id = "only", .to_levels = {Level::kVillage}}};
  EXPECT_EQ(FindMutualRule(rules, {}, {Platform::kPhysical, Level::kCity}, false), nullptr);
  EXPECT_NE(FindMutualRule(rules, {}, {Platform::kPhysical, Level::kVillage}, true), nullptr);
}

TEST(MutualDispatchTest, TheEntrySaysThePlatform) {
  EXPECT_EQ(PlatformOf("direct"), Platform::kHotline);
  EXPECT_EQ(PlatformOf("transfer_12345"), Platform::kHotline);
  EXPECT_EQ(PlatformOf("web_form"), Platform::kNetwork);
  EXPECT_EQ(PlatformOf("mailbox"), Platform::kNetwork);
  EXPECT_EQ(PlatformOf("counter"), Platform::kPhysical);
}

}  // namespace
}  // namespace hotline::ticket
