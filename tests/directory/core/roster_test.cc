#include "services/directory/core/roster.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/directory/core/cells.h"

namespace hotline::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using Minute = absl::CivilMinute;

constexpr int kYear = 2026, kMonth = 11;

/// Two people, and a roster from Monday the 23rd to Tuesday the 24th.
class RosterTest : public testing::Test {
 protected:
  RosterTest() {
    directory_.staff = {{.id = "a"}, {.id = "b"}, {.id = "left", .state = StaffState::kLeft}};
    roster_ = {.id = "r",
               .valid = {absl::CivilDay(kYear, kMonth, 23), absl::CivilDay(kYear, kMonth, 24)}};
  }

  static Minute At(int day, int hour, int minute = 0) {
    return Minute(kYear, kMonth, day, hour, minute);
  }

  void Shift(Minute start, Minute end, const std::string& person,
             const std::string& substitute = "b") {
    directory_.duties.push_back(
        {.roster = "r", .start = start, .end = end, .person = person, .substitute = substitute});
  }

  void Hours(std::string_view cell) { EXPECT_TRUE(ParseCell(cell, roster_.hours).ok()); }

  Directory directory_;
  Roster roster_;
};

TEST_F(RosterTest, NobodyAtAllIsOneGap) {
  EXPECT_THAT(UncoveredMinutes(directory_, roster_), ElementsAre(Gap{At(23, 0), At(25, 0)}));
}

TEST_F(RosterTest, ASingleMinuteIsFound) {
  Shift(At(23, 0), At(23, 12), "a");
  Shift(At(23, 12, 1), At(24, 0), "a");
  Shift(At(24, 0), At(25, 0), "b", "a");
  EXPECT_THAT(UncoveredMinutes(directory_, roster_), ElementsAre(Gap{At(23, 12), At(23, 12, 1)}));
}

TEST_F(RosterTest, OverlapsCoverAsWell) {
  Shift(At(23, 0), At(23, 20), "a");
  Shift(At(23, 4), At(23, 6), "b", "a");
  Shift(At(23, 18), At(24, 12), "a");
  Shift(At(24, 11), At(25, 0), "b", "a");
  EXPECT_THAT(UncoveredMinutes(directory_, roster_), IsEmpty());
}

TEST_F(RosterTest, OnlyItsHoursCount) {
  Hours("Mon-Fri 09:00-12:00;Mon-Fri 13:00-17:00");
  Shift(At(23, 8), At(23, 17), "a");
  Shift(At(24, 10), At(24, 12), "a");
  EXPECT_THAT(UncoveredMinutes(directory_, roster_),
              ElementsAre(Gap{At(24, 9), At(24, 10)}, Gap{At(24, 13), At(24, 17)}));
}

TEST_F(RosterTest, SomebodyWhoLeftCoversNothingUnlessTheSubstituteCan) {
  Shift(At(23, 0), At(24, 0), "left", "left");
  Shift(At(24, 0), At(25, 0), "left", "b");
  EXPECT_THAT(UncoveredMinutes(directory_, roster_), ElementsAre(Gap{At(23, 0), At(24, 0)}));
}

TEST_F(RosterTest, OfAnEmptyYearSoManyGapsAreToldAndNoMore) {
  roster_.valid.until = *roster_.valid.from + kMostRosterDays - 1;
  Hours("daily 09:00-10:00");
  EXPECT_THAT(UncoveredMinutes(directory_, roster_), SizeIs(kMostGaps));
}

TEST_F(RosterTest, WeekdaysRestOnHolidaysAndTheNightDoesNot) {
  directory_.areas = {{.id = "a", .calendar = "c"}};
  directory_.nodes = {{.id = "n", .area = "a"}};
  directory_.calendar_days = {{.calendar = "c", .date = absl::CivilDay(kYear, kMonth, 24)}};
  roster_.node = "n";
  Hours("Mon-Fri 09:00-10:00");
  EXPECT_THAT(UncoveredMinutes(directory_, roster_), ElementsAre(Gap{At(23, 9), At(23, 10)}));
  Hours("daily 09:00-10:00");
  EXPECT_THAT(UncoveredMinutes(directory_, roster_),
              ElementsAre(Gap{At(23, 9), At(23, 10)}, Gap{At(24, 9), At(24, 10)}));
}

TEST_F(RosterTest, AMakeUpSaturdayIsWorkedAsAMonday) {
  directory_.areas = {{.id = "a", .calendar = "c"}};
  directory_.nodes = {{.id = "n", .area = "a"}};
  directory_.calendar_days = {
      {.calendar = "c", .date = absl::CivilDay(kYear, kMonth, 28), .kind = DayKind::kMakeUp}};
  roster_.node = "n";
  roster_.valid = {absl::CivilDay(kYear, kMonth, 28), absl::CivilDay(kYear, kMonth, 29)};
  Hours("Mon-Fri 09:00-10:00");
  EXPECT_THAT(UncoveredMinutes(directory_, roster_), ElementsAre(Gap{At(28, 9), At(28, 10)}));
}

TEST_F(RosterTest, SaysWhoIsOnDuty) {
  Shift(At(23, 0), At(23, 12), "a");
  Shift(At(23, 12), At(24, 0), "b", "a");
  const auto on = OnDuty(directory_, roster_, At(23, 12));
  ASSERT_THAT(on, SizeIs(1));
  EXPECT_EQ(on[0]->person, "b");
}

}  // namespace
}  // namespace hotline::directory
