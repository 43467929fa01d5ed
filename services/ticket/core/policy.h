// The numbers that an area decides, with the domain model's defaults (section 3.6).
//
// Pure values.
#pragma once

#include <array>
#include <vector>

#include "absl/time/time.h"

#include "services/base/working_calendar.h"
#include "services/ticket/core/clocks.h"
#include "services/ticket/core/types.h"

namespace hotline::ticket {

/// A limit for each priority, P0 to P3.
using LimitRow = std::array<TimeLimit, kPriorities>;

/// The domain model's table.
std::array<LimitRow, kClockKinds> DefaultLimits();
std::array<LimitRow, kMatters> DefaultHandling();

struct Policy {
  WorkingCalendar calendar;
  absl::Duration draft_hold = absl::Minutes(10);  ///< row 3: from the end of the call

  std::array<LimitRow, kClockKinds> limits = DefaultLimits();
  std::array<LimitRow, kMatters> handling = DefaultHandling();
  /// A timer that fires more than this after its time says so: late_fired.
  absl::Duration late_after = absl::Minutes(1);

  int max_hops = 3;           ///< one more, and a ruling decides
  int max_info_requests = 1;  ///< row 4: a further one needs a supervisor
  int max_extensions = 1;     ///< row 16: a further one needs the city
  TimeLimit longest_extension = WorkingDays(10);
  int follow_up_attempts = 3;   ///< row 21
  int follow_up_half_days = 3;  ///< row 21: on so many different half-days
  int follow_up_days = 2;       ///< row 21: over so many days
  int contact_attempts = 3;     ///< row 17: instead of a contact
  /// No call-backs by voice outside, since midnight (section 3.9).
  absl::Duration quiet_until = absl::Hours(8), quiet_from = absl::Hours(21);
  TimeLimit objection = Days(15);            ///< rows 27 and 28
  int group_alert = 10;                      ///< heads of a group event that a supervisor hears of
  std::vector<Category> evidence_for;        ///< row 17 needs evidence
  std::vector<Category> reviewed_by_itself;  ///< row 19: low risk
};

/// What kind of work a ticket is: as marked, or by its category.
Matter MatterOf(Matter marked, Category category);

/// How long `clock` runs; for handling it depends on the matter.
TimeLimit LimitOf(const Policy& policy, ClockKind clock, Matter matter, Priority priority);

/// Whether handling is counted from registration, not from dispatch: where the law gives the
/// citizen the limit.
bool CountsFromRegistration(Matter matter);

}  // namespace hotline::ticket
