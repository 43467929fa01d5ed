// Every date that the domain model gives (sections 3.6, 4 and 5), on its calendar TC1.
#include "services/base/working_calendar.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline {
namespace {

using testing::HasSubstr;
using Unit = TimeLimit::Unit;

absl::CivilDay Day(const std::string& text) {
  return ParseDate(text).value();
}

CalendarRules Tc1Rules() {
  CalendarRules rules;
  rules.holidays = {Day("2026-09-25")};
  for (int day = 1; day <= 7; ++day) rules.holidays.emplace_back(2026, 10, day);
  rules.make_up_days = {Day("2026-09-20"), Day("2026-10-10")};
  return rules;
}

WorkingCalendar Tc1() {
  return WorkingCalendar::Make(Tc1Rules()).value();
}

/// "2026-10-10 24:00" in China.
absl::Time At(const std::string& text) {
  const bool midnight = text.ends_with("24:00");
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(text.size() > 16 ? "%Y-%m-%d %H:%M:%E*S" : "%Y-%m-%d %H:%M",
                              midnight ? text.substr(0, 11) + "00:00" : text,
                              absl::FixedTimeZone(8 * 3600), &time, &error))
      << text << error;
  return midnight ? time + absl::Hours(24) : time;
}

struct DeadlineRow {
  const char* from;
  const char* limit;
  const char* due;
  const char* story;
};

constexpr DeadlineRow kDeadlines[] = {
    {"2026-09-28 10:00", "5wd", "2026-10-10 24:00", "SC04: over the October holiday"},
    {"2026-09-28 10:00", "4wh", "2026-09-28 15:30", "SC04: accept clock over the noon break"},
    {"2026-09-28 10:00", "1wd", "2026-09-29 24:00", "SC04: return"},
    {"2026-09-30 09:30", "1wd", "2026-10-08 24:00", "SC04: ruling, decided 10-08 11:00 in time"},
    {"2026-09-28 09:24", "same-day", "2026-09-28 24:00", "SC02: wages"},
    {"2026-09-28 16:00", "same-day", "2026-09-28 24:00", "SC02: 16:00:00 is not after 16:00"},
    {"2026-09-28 16:00:00.001", "same-day", "2026-09-29 12:00", "SC02: after 16:00"},
    {"2026-09-30 16:01", "same-day", "2026-10-08 12:00", "late before the holiday"},
    {"2026-10-03 09:00", "same-day", "2026-10-08 12:00", "on a holiday nobody works"},
    {"2026-09-28 09:24", "30min", "2026-09-28 09:54", "SC02: dispatch of a P2"},
    {"2026-09-16 10:31", "5wd", "2026-09-22 24:00", "SC03: a make-up Sunday counts"},
    {"2026-09-16 10:31", "1wd", "2026-09-17 24:00", "SC03: first contact"},
    {"2026-09-16 10:31", "2wd", "2026-09-18 24:00", "SC03: the village's look"},
    {"2026-10-02 23:40", "6h", "2026-10-03 05:40", "SC08: on a holiday's night"},
    {"2026-09-23 16:00", "5wd", "2026-10-08 24:00", "SC09: two holidays"},
    {"2026-09-16 19:30", "3wd", "2026-09-20 24:00", "SC10: rework"},
    {"2026-10-12 09:10", "10wd", "2026-10-26 24:00", "SC12: decision about a complaint"},
    {"2026-09-28 10:00", "15d", "2026-10-13 24:00", "section 3.6: calendar days"},
    {"2026-09-14 17:10", "1wd", "2026-09-15 24:00", "follow-up on the next working day"},
    {"2026-09-15 23:59:59.999", "1wd", "2026-09-16 24:00", "the last moment of a day"},
    {"2026-09-16 00:00", "1wd", "2026-09-17 24:00", "the first moment of a day"},
    {"2026-09-20 10:00", "1wd", "2026-09-21 24:00", "received on a make-up day"},
    {"2026-10-03 10:00", "1wd", "2026-10-08 24:00", "received on a holiday: that is day 0"},
    {"2026-10-01 00:00", "3wd", "2026-10-10 24:00", "the deadline lies after the holiday week"},
    {"2026-12-31 12:00", "2wd", "2027-01-04 24:00", "over the year's end"},
    {"2026-09-28 17:30", "2wh", "2026-09-29 11:00", "work is over"},
    {"2026-09-28 13:30", "4wh", "2026-09-28 17:30", "over when work stops, not the next morning"},
    {"2026-09-28 12:30", "4wh", "2026-09-28 17:30", "received in the noon break"},
    {"2026-09-28 07:00", "4wh", "2026-09-28 14:30", "received before work"},
    {"2026-09-30 17:00", "2wh", "2026-10-08 10:30", "working hours over the holiday"},
    {"2026-09-19 22:00", "8wh", "2026-09-21 10:00", "a make-up Sunday has seven hours"},
};

TEST(WorkingCalendarTest, DeadlinesAreThoseOfTheDomainModel) {
  const WorkingCalendar calendar = Tc1();
  for (const DeadlineRow& row : kDeadlines) {
    const auto limit = ParseTimeLimit(row.limit);
    ASSERT_TRUE(limit.ok()) << row.limit;
    EXPECT_EQ(calendar.Deadline(At(row.from), *limit), At(row.due)) << row.story;
  }
  EXPECT_EQ(calendar.Deadline(At("2026-09-28 10:00"), {}), absl::InfiniteFuture());
}

TEST(WorkingCalendarTest, AnExtensionCountsFromTheDayOfTheDeadline) {
  const WorkingCalendar calendar = Tc1();
  EXPECT_EQ(calendar.Extend(At("2026-10-08 24:00"), WorkingDays(5)), At("2026-10-14 24:00"))
      << "SC09: 9, 10 (make-up), 12, 13, 14";
  EXPECT_EQ(calendar.Extend(At("2026-10-08 24:00"), Days(2)), At("2026-10-10 24:00"));
  EXPECT_EQ(calendar.Extend(At("2026-10-08 15:00"), Hours(2)), At("2026-10-08 17:00"));
}

TEST(WorkingCalendarTest, APauseGivesBackTheWholeDaysInside) {
  const WorkingCalendar calendar = Tc1();
  const absl::Time stopped = At("2026-10-15 11:00"), resumed = At("2026-10-20 09:00");
  EXPECT_EQ(calendar.AfterPause(Unit::kWorkingDays, At("2026-10-26 24:00"), stopped, resumed),
            At("2026-10-28 24:00"))
      << "SC12: 16 and 19";
  EXPECT_EQ(resumed - stopped, absl::Hours(4 * 24 + 22)) << "SC12: 4 d 22 h";
  EXPECT_EQ(calendar.AfterPause(Unit::kDays, At("2026-10-26 24:00"), stopped, resumed),
            At("2026-10-30 24:00"));
  EXPECT_EQ(calendar.AfterPause(Unit::kHours, At("2026-10-15 12:00"), stopped, resumed),
            At("2026-10-20 10:00"));
  EXPECT_EQ(calendar.AfterPause(Unit::kWorkingHours, At("2026-10-15 12:00"), stopped, resumed),
            At("2026-10-20 10:00"))
      << "one hour of work was left";
  EXPECT_EQ(calendar.AfterPause(Unit::kWorkingDays, At("2026-10-26 24:00"), stopped,
                                At("2026-10-16 09:00")),
            At("2026-10-26 24:00"))
      << "no whole day";
  EXPECT_EQ(calendar.AfterPause(Unit::kSameDay, At("2026-10-16 12:00"), stopped, resumed),
            At("2026-10-20 24:00"))
      << "there is at least the day on which it goes on";
  EXPECT_EQ(calendar.AfterPause(Unit::kSameDay, At("2026-10-21 12:00"), stopped, resumed),
            At("2026-10-23 12:00"))
      << "the hour of the day stays";
  EXPECT_EQ(calendar.AfterPause(Unit::kWorkingDays, At("2026-10-26 24:00"), resumed, stopped),
            At("2026-10-26 24:00"));
}

TEST(WorkingCalendarTest, WhatWasNotOverBeforeAPauseIsNotOverAfterIt) {
  const WorkingCalendar calendar = Tc1();
  const absl::Time due = At("2026-10-15 24:00"), stopped = At("2026-10-15 11:00");
  for (const Unit unit : {Unit::kWorkingDays, Unit::kDays, Unit::kSameDay}) {
    EXPECT_EQ(calendar.AfterPause(unit, due, stopped, At("2026-10-16 09:00")),
              At("2026-10-16 24:00"));
    EXPECT_EQ(calendar.AfterPause(unit, due, stopped, At("2026-10-20 09:00")),
              At("2026-10-20 24:00"));
  }
  EXPECT_EQ(calendar.AfterPause(Unit::kWorkingDays, due, stopped, At("2026-10-17 09:00")),
            At("2026-10-19 24:00"))
      << "it goes on on a Saturday: the next working day";
  EXPECT_EQ(calendar.AfterPause(Unit::kWorkingDays, At("2026-10-14 24:00"), stopped,
                                At("2026-10-16 09:00")),
            At("2026-10-14 24:00"))
      << "it was over already";
}

TEST(WorkingCalendarTest, CardsOpenWithTheDay) {
  const WorkingCalendar calendar = Tc1();
  for (const auto& [due, yellow, red] : std::vector<std::array<const char*, 3>>{
           {"2026-09-22 24:00", "2026-09-22 09:00", "2026-09-23 09:00"},     // SC03
           {"2026-10-08 24:00", "2026-10-08 09:00", "2026-10-09 09:00"},     // SC09
           {"2026-10-14 24:00", "2026-10-14 09:00", "2026-10-15 09:00"}}) {  // SC09, extended
    const absl::CivilDay day = calendar.DayOfDeadline(At(due));
    EXPECT_EQ(calendar.Opening(day), At(yellow));
    EXPECT_EQ(calendar.Opening(calendar.WorkingDayAfter(day)), At(red));
  }
}

TEST(WorkingCalendarTest, ACityMayEndTheDayWhenWorkEnds) {
  CalendarRules rules = Tc1Rules();
  rules.ends_at_close = true;
  const auto calendar = WorkingCalendar::Make(rules);
  ASSERT_TRUE(calendar.ok());
  EXPECT_EQ(calendar->Deadline(At("2026-09-28 10:00"), WorkingDays(5)), At("2026-10-10 17:30"));
  EXPECT_EQ(calendar->Extend(At("2026-10-08 17:30"), WorkingDays(1)), At("2026-10-09 17:30"));
  EXPECT_EQ(calendar->Deadline(At("2026-09-28 10:00"), Days(6)), At("2026-10-04 24:00"))
      << "calendar days end at midnight";
  rules.working_hours = {"09:00-15:00"};
  EXPECT_EQ(WorkingCalendar::Make(rules)->Deadline(At("2026-09-28 15:30"), SameDay()),
            At("2026-09-28 24:00"))
      << "not before it was received";
}

TEST(WorkingCalendarTest, CountsTheWorkBetweenTwoMoments) {
  const WorkingCalendar calendar = Tc1();
  EXPECT_EQ(calendar.WorkBetween(At("2026-09-30 16:30"), At("2026-10-08 10:00")), absl::Hours(2));
  EXPECT_EQ(calendar.WorkBetween(At("2026-10-08 10:00"), At("2026-09-30 16:30")),
            absl::ZeroDuration());
}

// Working hours given and working hours counted agree, wherever they begin.
TEST(WorkingCalendarTest, AddingWorkAndCountingItAreInverse) {
  const WorkingCalendar calendar = Tc1();
  for (absl::Time from = At("2026-09-14 00:00"); from < At("2026-10-14 00:00");
       from += absl::Minutes(97)) {
    for (const int hours : {1, 4, 7, 23}) {
      const absl::Time due = calendar.Deadline(from, WorkingHours(hours));
      EXPECT_EQ(calendar.WorkBetween(from, due), absl::Hours(hours));
      EXPECT_LT(calendar.WorkBetween(from, due - absl::Microseconds(1)), absl::Hours(hours));
    }
  }
}

TEST(WorkingCalendarTest, WhatIsNoCalendarIsRefusedWithTheReason) {
  const auto problem = [](void (*spoil)(CalendarRules&)) {
    CalendarRules rules = Tc1Rules();
    spoil(rules);
    return std::string(WorkingCalendar::Make(rules).status().message());
  };
  EXPECT_THAT(problem([](CalendarRules& r) { r.working_hours.clear(); }), HasSubstr("1 to 8"));
  EXPECT_THAT(problem([](CalendarRules& r) { r.working_hours = {"9-12"}; }), HasSubstr("\"9-12\""));
  EXPECT_THAT(problem([](CalendarRules& r) { r.working_hours = {"12:00-09:00"}; }),
              HasSubstr("is no span"));
  EXPECT_THAT(problem([](CalendarRules& r) {
                r.working_hours = {"09:00-12:00", "11:00-17:00"};
              }),
              HasSubstr("before the span before it ends"));
  EXPECT_THAT(problem([](CalendarRules& r) { r.holidays.push_back(r.holidays[0]); }),
              HasSubstr("2026-09-25 twice"));
  EXPECT_THAT(problem([](CalendarRules& r) { r.make_up_days.push_back(r.holidays[0]); }),
              HasSubstr("both a holiday and a make-up day"));
}

TEST(DateTest, OnlyDaysThatThereAre) {
  EXPECT_EQ(ParseDate("2028-02-29").value(), absl::CivilDay(2028, 2, 29));
  for (const char* text :
       {"2026-02-29", "2026-13-01", "2026-1-1", "20261001", "2026-10-01 ", "", "2026-00-10"}) {
    EXPECT_FALSE(ParseDate(text).ok()) << text;
  }
}

TEST(TimeLimitTest, ReadsWhatItWrites) {
  for (const char* text : {"5wd", "4wh", "6h", "15d", "30min", "same-day"}) {
    const auto limit = ParseTimeLimit(text);
    ASSERT_TRUE(limit.ok()) << text;
    EXPECT_EQ(FormatTimeLimit(*limit), text);
  }
  for (const char* text : {"", "5", "wd", "0wd", "-1wd", "5 wd", "5WD", "1.5h", "5weeks", "10001d",
                           "99999999999h", "5wd "}) {
    EXPECT_THAT(std::string(ParseTimeLimit(text).status().message()), HasSubstr("is no time limit"))
        << text;
  }
}

}  // namespace
}  // namespace hotline
