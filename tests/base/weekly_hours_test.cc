#include "services/base/weekly_hours.h"

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace hotline {
namespace {

constexpr absl::Duration kChina = absl::Hours(8);

WeeklyHours Hours(const std::vector<std::string>& entries) {
  return WeeklyHours::Parse(entries, kChina).value();
}

/// A moment of the week of Monday 2026-01-05, in China.
absl::Time At(int day, int hour, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(2026, 1, 5 + day, hour, minute, second),
                         absl::FixedTimeZone(8 * 3600));
}

constexpr int kMon = 0;
constexpr int kTue = 1;
constexpr int kFri = 4;
constexpr int kSat = 5;
constexpr int kSun = 6;
constexpr int kNextMon = 7;

TEST(WeeklyHoursTest, NoEntriesAndAlwaysAreAlwaysOpen) {
  for (const auto& hours : {WeeklyHours(), Hours({}), Hours({"always"}),
                            Hours({"Mon 09:00-10:00", "always"}), Hours({"daily 00:00-24:00"})}) {
    EXPECT_TRUE(hours.IsOpen(At(kSun, 3)));
    EXPECT_EQ(hours.NextChange(At(kSun, 3)), absl::InfiniteFuture());
    EXPECT_EQ(hours, WeeklyHours());
  }
}

TEST(WeeklyHoursTest, StartIsInsideAndEndIsOutside) {
  const WeeklyHours hours = Hours({"Mon-Fri 08:30-17:30"});
  EXPECT_FALSE(hours.IsOpen(At(kMon, 8, 29, 59)));
  EXPECT_TRUE(hours.IsOpen(At(kMon, 8, 30)));
  EXPECT_TRUE(hours.IsOpen(At(kFri, 17, 29, 59) + absl::Milliseconds(999)));
  EXPECT_FALSE(hours.IsOpen(At(kFri, 17, 30)));
  EXPECT_FALSE(hours.IsOpen(At(kSat, 12)));
}

TEST(WeeklyHoursTest, NextChangeIsAfterTheMoment) {
  const WeeklyHours hours = Hours({"Mon-Fri 09:00-12:00", "Mon-Fri 13:30-17:30"});
  EXPECT_EQ(hours.NextChange(At(kMon, 3)), At(kMon, 9));
  EXPECT_EQ(hours.NextChange(At(kMon, 9)), At(kMon, 12));
  EXPECT_EQ(hours.NextChange(At(kMon, 9) + absl::Milliseconds(1)), At(kMon, 12));
  EXPECT_EQ(hours.NextChange(At(kMon, 12)), At(kMon, 13, 30));
  EXPECT_EQ(hours.NextChange(At(kFri, 18)), At(kNextMon, 9)) << "over the weekend";
}

TEST(WeeklyHoursTest, AnEndBeforeTheStartBelongsToTheNextDay) {
  const WeeklyHours night = Hours({"daily 22:00-06:00"});
  EXPECT_TRUE(night.IsOpen(At(kMon, 5, 59, 59)));
  EXPECT_FALSE(night.IsOpen(At(kMon, 6)));
  EXPECT_EQ(night.NextChange(At(kSun, 23)), At(kNextMon, 6)) << "Sunday 24:00 is no change";
  EXPECT_EQ(night.NextChange(At(kSun, 6)), At(kSun, 22));
}

TEST(WeeklyHoursTest, EqualTimesAreADay) {
  const WeeklyHours hours = Hours({"Sat 09:00-09:00"});
  EXPECT_EQ(hours.NextChange(At(kSat, 8)), At(kSat, 9));
  EXPECT_EQ(hours.NextChange(At(kSat, 9)), At(kSun, 9));
}

TEST(WeeklyHoursTest, ARangeOfDaysMayGoOverTheWeekend) {
  const WeeklyHours hours = Hours({"sat-mon 10:00-11:00"});
  EXPECT_TRUE(hours.IsOpen(At(kSun, 10)));
  EXPECT_TRUE(hours.IsOpen(At(kMon, 10)));
  EXPECT_FALSE(hours.IsOpen(At(kTue, 10)));
}

TEST(WeeklyHoursTest, TouchingAndOverlappingEntriesBecomeOne) {
  EXPECT_EQ(Hours({"Mon 09:00-12:00", "Mon 11:00-13:00", "Mon 13:00-14:00"}),
            Hours({"Mon 09:00-14:00"}));
  EXPECT_EQ(Hours({"Mon 09:00-24:00", "Tue 00:00-08:00"}), Hours({"Mon 09:00-08:00"}));
}

TEST(WeeklyHoursTest, TheOffsetFromUtcCounts) {
  const WeeklyHours utc = WeeklyHours::Parse({"Mon 00:00-08:00"}, absl::ZeroDuration()).value();
  EXPECT_FALSE(utc.IsOpen(At(kMon, 7, 59)));
  EXPECT_TRUE(utc.IsOpen(At(kMon, 8)));
}

TEST(WeeklyHoursTest, MomentsBefore1970AndAtInfinity) {
  const WeeklyHours hours = Hours({"Mon 00:00-01:00"});
  const absl::Time monday_1969 =
      absl::FromCivil(absl::CivilHour(1969, 12, 29, 0), absl::FixedTimeZone(8 * 3600));
  EXPECT_TRUE(hours.IsOpen(monday_1969));
  EXPECT_FALSE(hours.IsOpen(monday_1969 - absl::Nanoseconds(1)));
  EXPECT_EQ(hours.NextChange(monday_1969), monday_1969 + absl::Hours(1));
  EXPECT_FALSE(hours.IsOpen(absl::InfiniteFuture()));
  EXPECT_EQ(hours.NextChange(absl::InfinitePast()), absl::InfiniteFuture());
}

TEST(WeeklyHoursTest, NextChangeIsWhereIsOpenChangesMinuteByMinute) {
  for (const auto& hours :
       {Hours({"Mon-Fri 08:30-17:30"}), Hours({"daily 22:00-06:00", "Sat-Sun 06:00-12:15"}),
        Hours({"Sun 23:59-00:01"}), Hours({"Fri-Mon 00:00-24:00"}),
        Hours({"Wed 00:00-00:01", "Tue 10:00-10:00"})}) {
    absl::Time change = hours.NextChange(At(kMon, 0) - absl::Minutes(1));
    for (absl::Time t = At(kMon, 0); t <= At(kNextMon, 0); t += absl::Minutes(1)) {
      const bool changes = hours.IsOpen(t) != hours.IsOpen(t - absl::Minutes(1));
      ASSERT_EQ(changes, change == t) << t;
      if (changes) change = hours.NextChange(t);
      ASSERT_EQ(hours.NextChange(t), change) << t;
    }
  }
}

TEST(WeeklyHoursTest, RefusesWhatItCannotReadByName) {
  for (const char* entry :
       {"", "Mon", "Mon ", "Mon 9:00-10:00", "Mon 09:00", "Mon 09:00-24:01", "Mon 24:00-10:00",
        "Mon 09:60-10:00", "Mon 09:00-10:00 ", "Mon  09:00-10:00", "Mo 09:00-10:00",
        "Mon- 09:00-10:00", "Mon-Fri-Sun 09:00-10:00", "Always", "Mon 09:00-10:00-11:00"}) {
    const auto hours = WeeklyHours::Parse({"Tue 09:00-10:00", entry}, kChina);
    ASSERT_EQ(hours.status().code(), absl::StatusCode::kInvalidArgument) << entry;
    const std::string quoted = '"' + std::string(entry) + '"';
    EXPECT_EQ(hours.status().message().find(quoted), 0u) << hours.status();
  }
  EXPECT_FALSE(WeeklyHours::Parse({"always"}, absl::Hours(15)).ok());
}

}  // namespace
}  // namespace hotline
