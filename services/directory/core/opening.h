// When something is open, with the area's calendar: hours that name weekdays ("Mon-Fri
// 09:00-17:00") rest on holidays and hold on make-up days as on a Monday; "daily" hours and
// "always" hold every day, because a night duty has no holidays (R002).
//
// Pure.
#pragma once

#include <string_view>

#include "absl/container/btree_map.h"
#include "absl/time/time.h"

#include "services/directory/core/records.h"

namespace hotline::directory {

/// The days of one calendar that are not as their weekday says.
using SpecialDays = absl::btree_map<absl::CivilDay, DayKind>;

/// Of the area's calendar.
SpecialDays SpecialDaysOf(const Directory& directory, std::string_view area);

bool IsOpen(const Hours& hours, const SpecialDays& days, absl::Time time);

/// A moment after `time` up to which nothing changes; there something may, or not.
absl::Time HoldsUntil(const Hours& hours, const SpecialDays& days, absl::Time time);

}  // namespace hotline::directory
