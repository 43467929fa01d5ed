// When a notice that was not taken is tried again: a pause that doubles, up to a limit, spread so
// that what failed together is not tried together. Tries have no limit, because a notice may not be
// lost; people hear of it by the alarm.
//
// Pure.
#pragma once

#include <string_view>

#include "absl/time/time.h"

namespace hotline::ticket {

inline constexpr absl::Duration kFirstPause = absl::Seconds(1);
inline constexpr absl::Duration kLongestPause = absl::Minutes(5);
/// A pause lasts between its length and this much more.
inline constexpr double kSpread = 0.25;

/// Returns when to try again after the `tries`th failure (1 is the first) at `now`.
absl::Time NextTry(absl::Time now, int tries, std::string_view ticket_no);

}  // namespace hotline::ticket
