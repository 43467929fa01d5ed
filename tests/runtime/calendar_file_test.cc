#include "services/runtime/calendar_file.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/runtime/temp_dir.h"

namespace hotline {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kCalendar[] = R"(time_zone: Asia/Shanghai
working_hours: ["09:00-12:00", "13:30-17:30"]
holidays: [2026-09-25, 2026-10-01]
make_up_days: ["2026-09-20"]
)";

std::string ProblemOf(const std::string& yaml) {
  return std::string(ParseCalendar(yaml).status().message());
}

TEST(CalendarFileTest, ReadsDaysQuotedOrNot) {
  const auto calendar = ParseCalendar(kCalendar);
  ASSERT_TRUE(calendar.ok()) << calendar.status();
  EXPECT_FALSE(calendar->IsWorkingDay(absl::CivilDay(2026, 9, 25)));
  EXPECT_TRUE(calendar->IsWorkingDay(absl::CivilDay(2026, 9, 20)));
  EXPECT_EQ(absl::FormatTime(absl::RFC3339_sec, calendar->Opening(absl::CivilDay(2026, 9, 20)),
                             calendar->zone()),
            "2026-09-20T09:00:00+08:00");
}

TEST(CalendarFileTest, ListsMayBeMissingAndTheDayMayEndWithWork) {
  const auto calendar =
      ParseCalendar("{time_zone: Asia/Shanghai, working_hours: [\"08:00-18:00\"], day_end: close}");
  ASSERT_TRUE(calendar.ok()) << calendar.status();
  const absl::Time due = calendar->Deadline(absl::UnixEpoch(), WorkingDays(1));
  EXPECT_EQ(absl::ToCivilHour(due, calendar->zone()).hour(), 18);
}

TEST(CalendarFileTest, ACitySaysUntilWhenTheSameDayIsMeant) {
  const auto calendar = ParseCalendar(
      "{time_zone: Asia/Shanghai, working_hours: [\"09:00-17:00\"], same_day_until: \"11:00\", "
      "next_day_due: \"10:00\"}");
  ASSERT_TRUE(calendar.ok()) << calendar.status();
  const absl::Time noon = calendar->Opening(absl::CivilDay(2026, 10, 12)) + absl::Hours(3);
  EXPECT_EQ(calendar->Deadline(noon, SameDay()),
            calendar->Opening(absl::CivilDay(2026, 10, 13)) + absl::Hours(1));
}

TEST(CalendarFileTest, EveryMistakeIsToldAtOnce) {
  EXPECT_THAT(ProblemOf("time_zone: Mars/Olympus\nholiday: []\nholidays: [2026-02-30, x]\n"
                        "make_up_days: 2026-10-10\nday_end: noon\nsame_day_until: 4pm\n"),
              AllOf(HasSubstr("\"Mars/Olympus\""), HasSubstr("holiday: unknown key"),
                    HasSubstr("holidays[0]: \"2026-02-30\" is no date"), HasSubstr("holidays[1]"),
                    HasSubstr("make_up_days must be a list"), HasSubstr("day_end: \"noon\""),
                    HasSubstr("same_day_until: \"4pm\"")));
  EXPECT_THAT(ProblemOf("working_hours: [\"09:00-12:00\"]"), HasSubstr("time_zone is missing"));
  EXPECT_THAT(ProblemOf("time_zone: Asia/Shanghai"), HasSubstr("working_hours"));
  EXPECT_THAT(ProblemOf("[1, 2"), HasSubstr("line"));
  EXPECT_THAT(ProblemOf("just text"), HasSubstr("a calendar has the keys"));
}

TEST(CalendarFileTest, AFileIsNamedInItsMistakes) {
  TempDir dir;
  EXPECT_THAT(std::string(LoadCalendar(dir.File("none.yaml")).status().message()),
              AllOf(HasSubstr("none.yaml"), HasSubstr("No such file")));
  WriteFile(dir.File("bad.yaml"), "time_zone: Asia/Shanghai\nworking_hours: [\"25:00-26:00\"]\n");
  EXPECT_THAT(std::string(LoadCalendar(dir.File("bad.yaml")).status().message()),
              AllOf(HasSubstr("bad.yaml"), HasSubstr("25:00-26:00")));
  WriteFile(dir.File("good.yaml"), kCalendar);
  EXPECT_TRUE(LoadCalendar(dir.File("good.yaml")).ok());
}

}  // namespace
}  // namespace hotline
