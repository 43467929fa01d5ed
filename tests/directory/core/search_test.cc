#include "services/directory/core/search.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/directory/core/read.h"
#include "services/directory/core/roster.h"
#include "services/directory/core/settings.h"
#include "tests/directory/planted_faults.h"

namespace hotline::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The demo's directory.
class DirectorySearch : public testing::Test {
 protected:
  DirectorySearch() {
    std::vector<Problem> problems;
    directory_ = ReadSheets(ParsePack(DemoPack(), problems)).directory;
  }

  std::vector<std::string> Ids(const NodeQuery& query) const {
    std::vector<std::string> ids;
    for (const NodeMatch& match : SearchNodes(directory_, query)) ids.push_back(match.node->id);
    return ids;
  }

  Directory directory_;
};

TEST_F(DirectorySearch, ByName) {
  EXPECT_THAT(Ids({.text = "柳树"}), ElementsAre("town-willow"));
  EXPECT_THAT(Ids({.text = "WILLOW"}), ElementsAre("town-willow"));
  EXPECT_THAT(Ids({.text = "mobile-unit"}), ElementsAre("county-west"));
  EXPECT_THAT(Ids({.text = "nothing of the kind"}), IsEmpty());
}

TEST_F(DirectorySearch, ByDivisionGivesTheSubtree) {
  EXPECT_THAT(Ids({.division = "990121"}),
              ElementsAre("county-west", "town-willow", "village-stone-bridge", "town-mill",
                          "village-plum"));
  EXPECT_EQ(Ids({.division = "990100"}).size(), directory_.nodes.size());
}

TEST_F(DirectorySearch, BySkillAndLevel) {
  EXPECT_THAT(Ids({.types = {NodeType::kTownshipStation}, .skill = SkillLevel{"family", 2}}),
              ElementsAre("town-willow"));
  EXPECT_THAT(Ids({.skill = SkillLevel{"mediation", 3}}), ElementsAre("mediation-committee"));
}

TEST_F(DirectorySearch, OpenNowMeansThatSomebodyIsThere) {
  const absl::Time sunday_night = ToTime(absl::CivilMinute(2026, 11, 29, 23, 0));
  EXPECT_THAT(Ids({.open_at = sunday_night}), ElementsAre("city-hall"));
  for (Person& person : directory_.staff) {
    if (person.node == "city-hall") person.state = StaffState::kAway;
  }
  EXPECT_THAT(Ids({.open_at = sunday_night}), IsEmpty());
}

TEST_F(DirectorySearch, HoursThatNameWeekdaysRestOnHolidays) {
  const auto at = [&](int month, int day) {
    return Ids({.types = {NodeType::kTownshipStation},
                .open_at = ToTime(absl::CivilMinute(2026, month, day, 10, 0))});
  };
  EXPECT_EQ(at(9, 29).size(), 3u);
  EXPECT_THAT(at(10, 1), IsEmpty()) << "a holiday";
  EXPECT_EQ(at(10, 10).size(), 3u) << "a Saturday that is worked";
  EXPECT_THAT(at(10, 17), IsEmpty()) << "a Saturday";
}

TEST_F(DirectorySearch, NearestFirstAndWithinTheCircle) {
  const NodeQuery near_willow = {.types = {NodeType::kTownshipStation, NodeType::kVillageRoom},
                                 .from = Point{103.70, 29.90}};
  EXPECT_THAT(Ids(near_willow), ElementsAre("town-willow", "village-stone-bridge", "town-mill",
                                            "village-plum", "town-lake", "village-quay"));
  NodeQuery circle = near_willow;
  circle.in_circle = true;
  EXPECT_THAT(Ids(circle),
              ElementsAre("town-willow", "village-stone-bridge", "town-mill", "village-plum"));
  circle.within = absl::Minutes(10);
  EXPECT_THAT(Ids(circle), ElementsAre("town-willow", "village-stone-bridge"));
}

TEST_F(DirectorySearch, TravelIsTheLineTimesCircuityBySpeed) {
  // One degree of latitude is 111.2 km.
  const double km = LineKm({104, 30}, {104, 31});
  EXPECT_NEAR(km, 111.2, 0.1);
  const TravelRules rules = {.circuity = 1.5, .urban_kmh = 20, .rural_kmh = 40};
  EXPECT_EQ(EstimateTravel(rules, Settlement::kRural, 40), absl::Minutes(90));
  EXPECT_EQ(EstimateTravel(rules, Settlement::kUrban, 10), absl::Minutes(45));
  // The demo's own setting, and a default.
  EXPECT_EQ(TravelRulesOf(directory_, "demo").rural_kmh, 35);
  EXPECT_EQ(TravelRulesOf(directory_, "demo").urban_kmh, 20);
}

TEST_F(DirectorySearch, AMatterGoesToTheLowestNodeAndThenUp) {
  const auto chain = [&](const char* division) {
    std::vector<std::string> ids;
    for (const Node* node : CompetentNodes(directory_, "demo", division)) ids.push_back(node->id);
    return ids;
  };
  EXPECT_THAT(chain("990121100201"),
              ElementsAre("village-stone-bridge", "town-willow", "county-west", "city-hall"));
  EXPECT_THAT(chain("990121999999"), ElementsAre("county-west", "city-hall"));
  EXPECT_THAT(chain("unknown"), ElementsAre("city-hall"));
}

TEST_F(DirectorySearch, StaffBySkillRoleAndDay) {
  const auto found = SearchStaff(directory_, {.node = "law-firm-demo",
                                              .role = StaffRole::kExpert,
                                              .skill = SkillLevel{"labour", 3},
                                              .works_on = absl::CivilDay(2026, 11, 23)});
  EXPECT_EQ(found.size(), 4u);
}

TEST(DirectorySettings, EveryDefaultIsAllowedAndHasASource) {
  for (const SettingRule& rule : SettingRules()) {
    EXPECT_TRUE(CheckSetting(rule.key, rule.fallback).ok()) << rule.key;
    EXPECT_FALSE(rule.source.empty()) << rule.key;
  }
  EXPECT_FALSE(CheckSetting("circle.urban", "inf").ok());
}

}  // namespace
}  // namespace hotline::directory
