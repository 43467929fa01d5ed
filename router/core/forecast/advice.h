// How many seats the rest of the day needs, half hour by half hour.
//
// The callers to come are foretold from the days that are remembered and corrected by how the
// present day compares; the seats follow from Erlang A with what was learnt of talks and patience.
// All calls and seats of the area together: where skills split them, more are needed. Pure; plans,
// decides nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/time/time.h"

namespace hotline::router::forecast {

/// The stretch that is planned.
inline constexpr absl::Duration kHalfHour = absl::Minutes(30);

/// Calls that asked, by the half hour since 1970 in which they came; half hours without any may be
/// missing.
using Arrivals = std::map<int64_t, uint32_t>;

struct AdviceFacts {
  Arrivals arrivals;
  absl::Duration utc_offset;
  double handle_time = 0;   ///< seconds of a seat's time for a mean call
  double hang_up_rate = 0;  ///< of those who wait, 1/s
  double target = 0.9;      ///< connect rate
};

struct HalfHourAdvice {
  absl::Time start;
  double expected_calls = 0;
  int seats = 0;  ///< the least with which the target is expected to be met
};

struct Advice {
  std::vector<HalfHourAdvice> half_hours;  ///< the present one and the rest of the day
  int days = 0;                            ///< whole days the forecast was learnt from
  double correction = 1;                   ///< today against the forecast
  std::optional<double> daily_error;       ///< mean absolute share by which it missed whole days
};

/// Requires: handle_time and hang_up_rate above 0. Empty half_hours: nothing to learn from yet.
Advice Advise(const AdviceFacts& facts, absl::Time now);

}  // namespace hotline::router::forecast
