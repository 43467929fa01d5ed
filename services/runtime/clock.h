// Time for those who must not read a clock themselves: services take a Clock, tests pass their own.
//
// Thread-safe.
#pragma once

#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace hotline {

/// Returns the time now.
using Clock = std::function<absl::Time()>;

/// Returns a clock that starts at the wall clock's time, never goes backwards and never jumps.
///
/// When somebody sets the wall clock, waiting callers must neither be thrown out at once nor wait
/// an hour longer. So this clock runs with the monotonic one and drifts towards the wall clock by
/// at most kMaxClockSlew: a second of difference is gone after 100 s; after a step of hours restart
/// the process.
Clock MakeSteadyClock();

/// How much faster or slower than real time a steady clock runs to meet the wall clock.
inline constexpr double kMaxClockSlew = 0.01;

/// The same over other sources. `monotonic` returns time since any fixed moment and never goes
/// back.
Clock MakeSteadyClock(Clock wall, std::function<absl::Duration()> monotonic);

}  // namespace hotline
