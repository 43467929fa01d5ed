// Dispatch by rules in the demo's fictional area: a city, two counties, three towns, three
// villages.
#include "services/ticket/dispatch/suggest.h"

#include <algorithm>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/directory/core/read.h"
#include "services/directory/core/roster.h"
#include "tests/directory/planted_faults.h"

namespace hotline::ticket {
namespace {

using directory::NodeState;
using directory::NodeType;
using directory::StaffState;
using directory::UnitKind;
using testing::Contains;

/// Tuesday, in office hours.
absl::Time Tuesday(int hour, int minute = 0) {
  return directory::ToTime(absl::CivilMinute(2026, 11, 24, hour, minute));
}

class SuggestDispatchTest : public testing::Test {
 protected:
  SuggestDispatchTest() {
    std::vector<directory::Problem> problems;
    directory_ = ReadSheets(ParsePack(directory::DemoPack(), problems)).directory;
    ticket_.content.category = Category::kMediation;
    ticket_.content.division = "990121100201";  // Stone Bridge village, Willow town, West county
    ticket_.origin.entry = "direct";
  }

  DispatchSuggestion Ask() {
    DispatchQuestion question{.ticket = ticket_,
                              .policy = policy_,
                              .now = now_,
                              .area = "demo",
                              .from_org = from_org_,
                              .lead_of_case = lead_,
                              .open = open_};
    return SuggestDispatch(rules_, directory_, question);
  }

  directory::Node& NodeOf(const std::string& id) {
    for (directory::Node& node : directory_.nodes) {
      if (node.id == id) return node;
    }
    ADD_FAILURE() << id;
    return directory_.nodes.front();
  }

  void SendHome(const std::string& node) {
    for (directory::Person& person : directory_.staff) {
      if (person.node == node) person.state = StaffState::kAway;
    }
  }

  static std::string WhyNot(const DispatchSuggestion& suggestion, const std::string& org) {
    for (const Candidate& candidate : suggestion.candidates) {
      if (candidate.unit.org == org) return candidate.why_not;
    }
    return "was not looked at";
  }

  directory::Directory directory_;
  DispatchRules rules_;
  Policy policy_;
  Ticket ticket_;
  absl::Time now_ = Tuesday(10);
  std::string from_org_;
  std::optional<Unit> lead_;
  absl::btree_map<std::string, int64_t> open_;
};

TEST_F(SuggestDispatchTest, TheLowestCompetentNodeOfTheMattersPlace) {
  const auto suggestion = Ask();
  EXPECT_EQ(suggestion.unit, (Unit{"town-willow", "/city-hall/county-west/town-willow"}));
  EXPECT_EQ(suggestion.fallback.org, "county-west");
  EXPECT_TRUE(suggestion.feedback) << "a hotline's caller waits for the result";
  EXPECT_THAT(suggestion.rules, Contains("R3 township_station or above"));
  EXPECT_THAT(suggestion.rules, Contains("R4 division 990121100201"));
  EXPECT_THAT(suggestion.rules, Contains("R10 town-willow"));
  EXPECT_THAT(suggestion.rules, Contains("M4 with feedback"));
}

TEST_F(SuggestDispatchTest, TheCataloguesServiceGoesBeforeTheTable) {
  ticket_.content.subcategory = "mediation_people";
  const auto suggestion = Ask();
  EXPECT_EQ(suggestion.unit.org, "mediation-committee");
  EXPECT_THAT(suggestion.rules, Contains("R3 service mediation version 1"));
  EXPECT_EQ(suggestion.fallback.org, "town-willow") << "the four levels stand behind a unit";
}

TEST_F(SuggestDispatchTest, LegalAidGoesToItsCentreByTheVersionOfTheDay) {
  ticket_.content.category = Category::kLegalAid;
  ticket_.content.subcategory = "legal_aid";
  EXPECT_EQ(Ask().unit.org, "legal-aid-centre");
  EXPECT_THAT(Ask().rules, Contains("R3 service legal_aid version 2"));
  now_ = directory::ToTime(absl::CivilMinute(2026, 6, 30, 10, 0));
  EXPECT_THAT(Ask().rules, Contains("R3 service legal_aid version 1"));
}

TEST_F(SuggestDispatchTest, WagesAreLegalAidWhateverTheCategory) {
  ticket_.content.category = Category::kAdvice;
  ticket_.marks.matter = Matter::kWageArrears;
  ticket_.marks.priority = Priority::kGreen;
  const auto suggestion = Ask();
  EXPECT_EQ(suggestion.unit.org, "legal-aid-centre");
  EXPECT_THAT(suggestion.rules, Contains("R6 P2"));
}

TEST_F(SuggestDispatchTest, AComplaintNeverGoesBelowTheCountyNorToWhomItIsAbout) {
  ticket_.content.category = Category::kComplaint;
  auto suggestion = Ask();
  EXPECT_EQ(suggestion.unit.org, "county-west");
  EXPECT_EQ(WhyNot(suggestion, "town-willow"), "was not looked at");
  ticket_.marks.respondents = {"county-west"};
  suggestion = Ask();
  EXPECT_EQ(suggestion.unit.org, "city-hall");
  EXPECT_EQ(suggestion.fallback, Unit()) << "nobody else can have it";
  EXPECT_EQ(WhyNot(suggestion, "county-west"), "R2 the complaint is about it");
  EXPECT_THAT(suggestion.rules, Contains("R2 not county-west the complaint is about it"));
  ticket_.marks.respondents = {"city-hall", "county-west"};
  suggestion = Ask();
  EXPECT_EQ(suggestion.unit, Unit());
  EXPECT_THAT(suggestion.rules, Contains("R7 nobody can have it"));
}

TEST_F(SuggestDispatchTest, AComplaintAboutALawyerIsTheCitys) {
  ticket_.content.category = Category::kComplaint;
  ticket_.marks.matter = Matter::kLawyerComplaint;
  EXPECT_EQ(Ask().unit.org, "city-hall");
}

TEST_F(SuggestDispatchTest, NobodyWorksThereOrItIsSuspended) {
  SendHome("town-willow");
  EXPECT_EQ(Ask().unit.org, "county-west");
  EXPECT_EQ(WhyNot(Ask(), "town-willow"), "R7 nobody works there");
  NodeOf("county-west").state = NodeState::kSuspended;
  EXPECT_EQ(Ask().unit.org, "city-hall");
  EXPECT_EQ(WhyNot(Ask(), "county-west"), "R2 it is suspended or closed");
}

TEST_F(SuggestDispatchTest, WhoGaveItBackRightlyDoesNotGetItAgain) {
  ticket_.work.upheld = {"town-willow"};
  EXPECT_EQ(Ask().unit.org, "county-west");
  EXPECT_EQ(WhyNot(Ask(), "town-willow"), "L1 it gave the ticket back, rightly");
}

TEST_F(SuggestDispatchTest, UrgentMattersOnlyToWhoIsOpenNow) {
  now_ = Tuesday(22);
  EXPECT_EQ(Ask().unit.org, "town-willow") << "an ordinary one waits there until the morning";
  ticket_.marks.priority = Priority::kUrgent;
  EXPECT_EQ(Ask().unit.org, "city-hall") << "the only one that is always open";
  EXPECT_EQ(WhyNot(Ask(), "town-willow"), "R6 it is not open now");
}

TEST_F(SuggestDispatchTest, ACrisisGoesToTheNearestOpenStationWhateverItIsAbout) {
  ticket_.content.category = Category::kLegalAid;
  ticket_.marks.priority = Priority::kCrisis;
  EXPECT_EQ(Ask().unit.org, "town-willow");
  EXPECT_THAT(Ask().rules, Contains("R1 crisis: the nearest station that is open"));
}

TEST_F(SuggestDispatchTest, ConfidentialMattersStayOutOfVillagesAndOutsideBodies) {
  rules_.competence = {{.lowest = NodeType::kVillageRoom}};
  EXPECT_EQ(Ask().unit.org, "village-stone-bridge");
  ticket_.content.confidential = true;
  EXPECT_EQ(Ask().unit.org, "town-willow");
  rules_.competence = {{.kind = UnitKind::kCourt}};
  EXPECT_EQ(WhyNot(Ask(), "court"), "R2 the matter is confidential");
}

TEST_F(SuggestDispatchTest, TheLeadOfTheSameCaseKeepsIt) {
  lead_ = Unit{"county-west", "/city-hall/county-west"};
  EXPECT_EQ(Ask().unit.org, "county-west");
  EXPECT_THAT(Ask().rules, Contains("R8 it leads the same case"));
  NodeOf("county-west").state = NodeState::kSuspended;
  EXPECT_EQ(Ask().unit.org, "town-willow") << "unless something speaks against it";
}

TEST_F(SuggestDispatchTest, LoadByCapacityDecidesBetweenEqualUnits) {
  directory::Node second = NodeOf("mediation-committee");
  second.id = "a-second-committee";
  second.capacity = 2;
  directory_.nodes.insert(directory_.nodes.begin(), second);
  ticket_.content.subcategory = "mediation_people";
  open_ = {{"a-second-committee", 1}, {"mediation-committee", 3}};  // 1 of 2, 3 of 8
  EXPECT_EQ(Ask().unit.org, "mediation-committee");
  open_ = {{"a-second-committee", 0}, {"mediation-committee", 0}};
  EXPECT_EQ(Ask().unit.org, "a-second-committee") << "ties by id";
}

TEST_F(SuggestDispatchTest, AUnitOfAnotherCountyServesOnlyItsOwn) {
  NodeOf("mediation-committee").parent = "county-east";
  ticket_.content.subcategory = "mediation_people";
  EXPECT_EQ(Ask().unit.org, "town-willow");
  ticket_.content.division = "990102001003";
  EXPECT_EQ(Ask().unit.org, "mediation-committee");
}

TEST_F(SuggestDispatchTest, SidewaysToAnotherCountyGoesThroughTheCity) {
  ticket_.origin.entry = "counter";
  from_org_ = "county-east";
  const auto suggestion = Ask();
  EXPECT_EQ(suggestion.unit.org, "city-hall");
  EXPECT_EQ(WhyNot(suggestion, "town-willow"), "M2 not from there: through the city");
  from_org_ = "county-west";
  EXPECT_EQ(Ask().unit.org, "town-willow");
  EXPECT_THAT(Ask().rules, Contains("M1 without feedback"));
}

TEST_F(SuggestDispatchTest, APlaceThatNobodyKnowsIsTheCitys) {
  ticket_.content.division = "110101";
  EXPECT_EQ(Ask().unit.org, "city-hall");
  ticket_.content.division = "";
  EXPECT_EQ(Ask().unit.org, "city-hall");
  EXPECT_THAT(Ask().rules, Contains("R4 no place is known"));
}

TEST_F(SuggestDispatchTest, APromiseIsTakenOnlyWhereItIsShorter) {
  ticket_.content.category = Category::kService;
  ticket_.content.subcategory = "notary";
  auto suggestion = Ask();
  EXPECT_EQ(suggestion.unit.org, "notary-office");
  ASSERT_TRUE(suggestion.limit);
  EXPECT_EQ(FormatTimeLimit(*suggestion.limit), "1wd");
  ticket_.content.category = Category::kLegalAid;
  ticket_.content.subcategory = "legal_aid";
  suggestion = Ask();
  EXPECT_FALSE(suggestion.limit) << "7d is what the policy says already";
}

TEST_F(SuggestDispatchTest, WhoSpeaksTheLanguageComesFirstAmongEquals) {
  directory::Node second = NodeOf("mediation-committee");
  second.id = "z-committee";
  second.languages = {"zh", "ug"};
  directory_.nodes.push_back(second);
  ticket_.content.subcategory = "mediation_people";
  ticket_.content.language = "ug";
  EXPECT_EQ(Ask().unit.org, "z-committee");
  EXPECT_THAT(Ask().rules, Contains("R5 ug: spoken there"));
}

TEST_F(SuggestDispatchTest, TheSameQuestionHasTheSameAnswerInAnyOrderOfTheDirectory) {
  const auto first = Ask();
  // The order of a table is by key; what is not (staff) may come in any order.
  std::reverse(directory_.staff.begin(), directory_.staff.end());
  const auto second = Ask();
  EXPECT_EQ(first.rules, second.rules);
  EXPECT_EQ(first.candidates, second.candidates);
}

}  // namespace
}  // namespace hotline::ticket
