// Opening hours that repeat every week, at a fixed offset from UTC (China has no daylight saving).
//
// Pure values. A station without hours given is open always.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace hotline {

/// The times of a week when something is open.
class WeeklyHours {
 public:
  /// Always open.
  WeeklyHours() = default;

  /// Reads entries such as "Mon-Fri 09:00-12:00", "Sat 10:00-14:00", "daily 22:00-06:00" (an end at
  /// or before the start belongs to the next day; 24:00 is allowed), or "always". Returns:
  /// INVALID_ARGUMENT naming the entry that cannot be read. An empty list means always.
  static absl::StatusOr<WeeklyHours> Parse(const std::vector<std::string>& entries,
                                           absl::Duration utc_offset);

  /// Returns whether `t` is inside the hours; the end is exclusive.
  bool IsOpen(absl::Time t) const;

  /// Returns the first moment after `t` when IsOpen changes, or InfiniteFuture if it never does.
  absl::Time NextChange(absl::Time t) const;

  friend bool operator==(const WeeklyHours&, const WeeklyHours&) = default;

 private:
  /// Seconds since Monday 00:00 local time, end exclusive.
  /// Invariant: sorted, disjoint, not touching; empty means always open.
  struct Span {
    int start_s = 0;
    int end_s = 0;
    friend bool operator==(const Span&, const Span&) = default;
  };

  std::vector<Span> spans_;
  absl::Duration utc_offset_ = absl::Hours(8);
};

}  // namespace hotline
