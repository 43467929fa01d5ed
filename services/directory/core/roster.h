// Who is on duty, and which minutes nobody is (R002, R003).
//
// Pure.
#pragma once

#include <vector>

#include "services/directory/core/records.h"

namespace hotline::directory {

/// Longest period one roster plans.
inline constexpr int kMostRosterDays = 400;
/// Longest shift.
inline constexpr int kMostShiftMinutes = 24 * 60;
/// Gaps reported of one roster; after so many a person knows.
inline constexpr size_t kMostGaps = 100;

/// From start to end, exclusive.
struct Gap {
  absl::CivilMinute start;
  absl::CivilMinute end;
  friend bool operator==(const Gap&, const Gap&) = default;
};

/// Returns the minutes of the roster's hours, from its first to its last day, in which neither the
/// person nor the substitute of a shift can be there, joined to gaps, in order. Empty if the roster
/// has no first or no last day or plans more than kMostRosterDays.
std::vector<Gap> UncoveredMinutes(const Directory& directory, const Roster& roster);

/// Returns the shifts of the roster that cover the minute.
std::vector<const Duty*> OnDuty(const Directory& directory, const Roster& roster,
                                absl::CivilMinute minute);

/// Returns whether the person works for the hotline on that day.
bool CanWork(const Person& person, absl::CivilDay day);

absl::Time ToTime(absl::CivilMinute minute);
absl::CivilMinute ToMinute(absl::Time time);

}  // namespace hotline::directory
