#include "services/directory/core/opening.h"

#include <algorithm>

#include "services/directory/core/read.h"
#include "services/directory/core/roster.h"

namespace hotline::directory {
namespace {

/// `time` on the Monday of the week before it, at the same time of day.
absl::Time OnAMonday(absl::Time time) {
  const absl::CivilDay day(ToMinute(time));
  return time - (day - absl::PrevWeekday(day + 1, absl::Weekday::monday)) * absl::Hours(24);
}

}  // namespace

SpecialDays SpecialDaysOf(const Directory& directory, std::string_view area) {
  SpecialDays days;
  const Area* found = Find(directory.areas, area);
  if (found == nullptr) return days;
  for (const CalendarDay& day : directory.calendar_days) {
    if (day.calendar == found->calendar) days.emplace(day.date, day.kind);
  }
  return days;
}

bool IsOpen(const Hours& hours, const SpecialDays& days, absl::Time time) {
  if (hours.every_day && hours.every_day->IsOpen(time)) return true;
  if (!hours.by_weekday) return false;
  const auto special = days.find(absl::CivilDay(ToMinute(time)));
  if (special == days.end()) return hours.by_weekday->IsOpen(time);
  return special->second == DayKind::kMakeUp && hours.by_weekday->IsOpen(OnAMonday(time));
}

absl::Time HoldsUntil(const Hours& hours, const SpecialDays& days, absl::Time time) {
  absl::Time until = absl::InfiniteFuture();
  if (hours.every_day) until = std::min(until, hours.every_day->NextChange(time));
  if (!hours.by_weekday) return until;
  until = std::min(until, ToTime(absl::CivilMinute(absl::CivilDay(ToMinute(time)) + 1)));
  if (!days.contains(absl::CivilDay(ToMinute(time)))) {
    return std::min(until, hours.by_weekday->NextChange(time));
  }
  const absl::Time monday = OnAMonday(time);
  return std::min(until, time + (hours.by_weekday->NextChange(monday) - monday));
}

}  // namespace hotline::directory
