// Reads a working calendar:
//
//   time_zone: Asia/Shanghai
//   working_hours: ["09:00-12:00", "13:30-17:30"]
//   holidays: [2026-10-01, 2026-10-02]
//   make_up_days: [2026-10-10]
//   day_end: close          # optional; limits in working days end at 24:00 unless it says so
//   same_day_until: "16:00" # optional; what comes later than this is due …
//   next_day_due: "12:00"   # optional; … then, on the next working day
//
// Used at start and by hotline-ctl; every mistake of a file is told at once.
#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "services/base/working_calendar.h"

namespace hotline {

/// Returns: NOT_FOUND or INVALID_ARGUMENT, naming the file, with all that is wrong, a line each.
absl::StatusOr<WorkingCalendar> LoadCalendar(const std::string& file);

/// The same for text that somebody has read already.
absl::StatusOr<WorkingCalendar> ParseCalendar(const std::string& yaml);

}  // namespace hotline
