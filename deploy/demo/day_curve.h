// How many people call at which time of a working day.
//
// Pure functions.
#pragma once

#include "absl/time/time.h"

namespace hotline::demo {

/// Returns the arrival rate at `time_of_day` (0 h … 24 h, wraps around) as a share of the day's
/// peak.
///
/// Source: the usual shape of government hotlines: office hours with a peak from 9 to 11 and a
/// second, lower one from 14 to 16.
double ArrivalShare(absl::Duration time_of_day);

}  // namespace hotline::demo
