#include "services/base/working_calendar.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "services/base/check.h"

namespace hotline {
namespace {

using Unit = TimeLimit::Unit;

constexpr absl::Duration kDayLength = absl::Hours(24);

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

int Number(std::string_view digits) {
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

/// Reads "HH:MM" up to 24:00.
std::optional<absl::Duration> ParseTimeOfDayText(std::string_view text) {
  if (text.size() != 5 || text[2] != ':' || !AllDigits(text.substr(0, 2)) ||
      !AllDigits(text.substr(3))) {
    return std::nullopt;
  }
  const int minute = Number(text.substr(3));
  const absl::Duration time = absl::Hours(Number(text.substr(0, 2))) + absl::Minutes(minute);
  if (minute > 59 || time > kDayLength) return std::nullopt;
  return time;
}

absl::Status Wrong(std::string sentence) {
  return absl::InvalidArgumentError(std::move(sentence));
}

std::string DayText(absl::CivilDay day) {
  return absl::FormatCivilTime(day);
}

/// Sorts, and finds what is there twice.
absl::Status SortDays(std::string_view name, std::vector<absl::CivilDay>& days) {
  if (days.size() > kMaxCalendarDays) {
    return Wrong(absl::StrCat(std::string(name), " has ", days.size(), " days; at most ",
                              kMaxCalendarDays, " are allowed"));
  }
  std::sort(days.begin(), days.end());
  const auto twice = std::adjacent_find(days.begin(), days.end());
  if (twice == days.end()) return absl::OkStatus();
  return Wrong(absl::StrCat(std::string(name), " has ", DayText(*twice), " twice"));
}

bool Contains(const std::vector<absl::CivilDay>& sorted, absl::CivilDay day) {
  return std::binary_search(sorted.begin(), sorted.end(), day);
}

}  // namespace

absl::StatusOr<absl::Duration> ParseTimeOfDay(std::string_view text) {
  if (const auto time = ParseTimeOfDayText(text)) return *time;
  return Wrong(absl::StrCat("\"", std::string(text.substr(0, 40)),
                            "\" is no time of day; write it as 16:00"));
}

absl::StatusOr<absl::CivilDay> ParseDate(std::string_view text) {
  const auto wrong = [&] {
    return Wrong(absl::StrCat("\"", std::string(text.substr(0, 40)),
                              "\" is no date; write it as 2026-10-01"));
  };
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !AllDigits(text.substr(0, 4)) ||
      !AllDigits(text.substr(5, 2)) || !AllDigits(text.substr(8))) {
    return wrong();
  }
  const int year = Number(text.substr(0, 4)), month = Number(text.substr(5, 2)),
            day_of_month = Number(text.substr(8));
  const absl::CivilDay day(year, month, day_of_month);
  // 30 February would become 2 March.
  if (day.month() != month || day.day() != day_of_month) return wrong();
  return day;
}

WorkingCalendar::WorkingCalendar() {
  auto ordinary = Make({});
  HOTLINE_CHECK(ordinary.ok(), "the ordinary week is a calendar");
  *this = *std::move(ordinary);
}

absl::StatusOr<WorkingCalendar> WorkingCalendar::Make(CalendarRules rules) {
  // The public constructor is made of this one's result.
  WorkingCalendar calendar{Empty{}};
  calendar.zone_ = rules.zone;
  calendar.ends_at_close_ = rules.ends_at_close;
  calendar.same_day_until_ = rules.same_day_until;
  calendar.next_day_due_ = rules.next_day_due;
  if (rules.working_hours.empty() || rules.working_hours.size() > kMaxWorkingSpans) {
    return Wrong(absl::StrCat("working_hours must have 1 to ", kMaxWorkingSpans,
                              " spans such as 09:00-12:00"));
  }
  for (const std::string& text : rules.working_hours) {
    const size_t dash = text.find('-');
    const auto start = ParseTimeOfDayText(std::string_view(text).substr(0, dash));
    const auto end = dash == text.npos
                         ? std::nullopt
                         : ParseTimeOfDayText(std::string_view(text).substr(dash + 1));
    if (!start || !end || *end <= *start) {
      return Wrong(absl::StrCat("working_hours: \"", text.substr(0, 40),
                                "\" is no span of a day; write it as 09:00-12:00"));
    }
    if (!calendar.spans_.empty() && *start < calendar.spans_.back().end) {
      return Wrong(absl::StrCat("working_hours: ", text, " begins before the span before it ends"));
    }
    calendar.spans_.push_back({*start, *end});
  }
  for (const absl::Duration time : {rules.same_day_until, rules.next_day_due}) {
    if (time <= absl::ZeroDuration() || time > kDayLength) {
      return Wrong("the times of a same-day limit must lie within a day");
    }
  }
  if (auto status = SortDays("holidays", rules.holidays); !status.ok()) return status;
  if (auto status = SortDays("make_up_days", rules.make_up_days); !status.ok()) return status;
  for (const absl::CivilDay day : rules.make_up_days) {
    if (Contains(rules.holidays, day)) {
      return Wrong(absl::StrCat(DayText(day), " is both a holiday and a make-up day"));
    }
  }
  calendar.holidays_ = std::move(rules.holidays);
  calendar.make_ups_ = std::move(rules.make_up_days);
  return calendar;
}

bool WorkingCalendar::IsWorkingDay(absl::CivilDay day) const {
  if (Contains(holidays_, day)) return false;
  if (Contains(make_ups_, day)) return true;
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday;
}

absl::CivilDay WorkingCalendar::WorkingDayAfter(absl::CivilDay day, int count) const {
  // Ends: holidays are a finite list.
  for (int counted = 0; counted < count;) {
    if (IsWorkingDay(++day)) ++counted;
  }
  return day;
}

absl::Time WorkingCalendar::At(absl::CivilDay day, absl::Duration since_midnight) const {
  // By the wall clock, so that a zone with summer time keeps its hours.
  const absl::CivilSecond second = absl::CivilSecond(day) + absl::ToInt64Seconds(since_midnight);
  return absl::FromCivil(second, zone_);
}

absl::Time WorkingCalendar::EndOf(absl::CivilDay day) const {
  return At(day, ends_at_close_ ? spans_.back().end : kDayLength);
}

absl::Time WorkingCalendar::Midnight(absl::CivilDay day) const {
  return At(day, kDayLength);
}

absl::Time WorkingCalendar::Opening(absl::CivilDay day) const {
  return At(day, spans_.front().start);
}

absl::CivilDay WorkingCalendar::DayOf(absl::Time time) const {
  return absl::ToCivilDay(time, zone_);
}

absl::CivilDay WorkingCalendar::DayOfDeadline(absl::Time due) const {
  return DayOf(due - absl::Nanoseconds(1));
}

absl::Duration WorkingCalendar::WorkBetween(absl::Time from, absl::Time to) const {
  absl::Duration work;
  for (absl::CivilDay day = DayOf(from); At(day, absl::ZeroDuration()) < to; ++day) {
    if (!IsWorkingDay(day)) continue;
    for (const Span& span : spans_) {
      const absl::Duration part =
          std::min(to, At(day, span.end)) - std::max(from, At(day, span.start));
      work += std::max(part, absl::ZeroDuration());
    }
  }
  return work;
}

absl::Time WorkingCalendar::AddWork(absl::Time from, absl::Duration work) const {
  for (absl::CivilDay day = DayOf(from);; day = WorkingDayAfter(day)) {
    if (!IsWorkingDay(day)) continue;
    for (const Span& span : spans_) {
      const absl::Time start = std::max(from, At(day, span.start)), end = At(day, span.end);
      if (start >= end) continue;
      // A limit that is over when work stops ends there, not the next morning.
      if (work <= end - start) return start + work;
      work -= end - start;
    }
  }
}

absl::Time WorkingCalendar::Deadline(absl::Time received, TimeLimit limit) const {
  const absl::CivilDay day = DayOf(received);
  switch (limit.unit) {
    case Unit::kNone:
      return absl::InfiniteFuture();
    case Unit::kMinutes:
      return received + absl::Minutes(limit.count);
    case Unit::kHours:
      return received + absl::Hours(limit.count);
    case Unit::kWorkingHours:
      return AddWork(received, absl::Hours(limit.count));
    case Unit::kWorkingDays:
      return EndOf(WorkingDayAfter(day, limit.count));
    case Unit::kDays:
      return Midnight(day + limit.count);
    case Unit::kSameDay:
      if (IsWorkingDay(day) && received <= At(day, same_day_until_)) return Midnight(day);
      return At(WorkingDayAfter(day), next_day_due_);
  }
  return absl::InfiniteFuture();
}

absl::Time WorkingCalendar::Extend(absl::Time due, TimeLimit extension) const {
  // Days count from the day the deadline belongs to, which at 24:00 is the one that ends.
  const bool in_days = extension.unit == Unit::kWorkingDays || extension.unit == Unit::kDays;
  return Deadline(in_days ? due - absl::Nanoseconds(1) : due, extension);
}

absl::Time WorkingCalendar::AfterPause(Unit unit, absl::Time due, absl::Time stopped,
                                       absl::Time resumed) const {
  if (due == absl::InfiniteFuture() || resumed <= stopped) return due;
  switch (unit) {
    case Unit::kNone:
      return due;
    case Unit::kMinutes:
    case Unit::kHours:
      return due + (resumed - stopped);
    case Unit::kWorkingHours: {
      const absl::Duration lost = WorkBetween(stopped, resumed);
      return lost == absl::ZeroDuration() ? due : AddWork(due, lost);
    }
    case Unit::kWorkingDays:
    case Unit::kDays:
    case Unit::kSameDay:
      break;
  }
  int lost = 0;
  for (absl::CivilDay day = DayOf(stopped) + 1; day < DayOf(resumed); ++day) {
    if (unit == Unit::kDays || IsWorkingDay(day)) ++lost;
  }
  const absl::CivilDay last = DayOfDeadline(due);
  const absl::CivilDay moved = unit == Unit::kDays ? last + lost : WorkingDayAfter(last, lost);
  // The hour of the day stays: 24:00, the close of business, or noon.
  const absl::Time later =
      lost == 0
          ? due
          : At(moved, absl::Seconds(absl::ToCivilSecond(due, zone_) - absl::CivilSecond(last)));
  if (due <= stopped) return later;
  absl::CivilDay back = DayOf(resumed);
  if (unit != Unit::kDays && !IsWorkingDay(back)) back = WorkingDayAfter(back);
  return std::max(later, unit == Unit::kWorkingDays ? EndOf(back) : Midnight(back));
}

}  // namespace hotline
