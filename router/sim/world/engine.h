// Runs a day through the live router's core in virtual time: nobody waits for a clock.
//
// The engine plays the call service, the callers and the seats; every decision is the core's. Seats
// answer at once, as a telephone on auto-answer does. The same day and policy give the same result.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "router/core/config.h"
#include "router/core/policy/control.h"
#include "router/sim/world/day.h"

namespace hotline::sim {

/// How a day is routed.
struct Routing {
  router::AreaConfig area;                     ///< has a queue "line" and, with overflow, stations
  bool use_priorities = false;                 ///< false: every caller is P3
  bool queue_per_type = false;                 ///< queues are named as the types instead of "line"
  std::optional<router::ControlMode> control;  ///< a supervisor's word all day
  bool estimate_waits = false;  ///< ask the core how long each caller who waits will wait
};

/// What became of one call, in the order of Day::calls.
struct CallResult {
  double wait = 0;  ///< until answered or gone
  bool answered = false;
  bool by_station = false;    ///< answered by overflow
  bool called = false;        ///< false: an attempt that was never made
  bool at_home = false;       ///< answered by a seat of its type's home
  uint16_t returned = 0;      ///< handed back to the queue by a seat that left
  bool booked = false;        ///< hung up to be called back
  bool called_back = false;   ///< and was reached; not `answered`
  double callback_delay = 0;  ///< from booking to talking, of one who was
  double time = 0;            ///< when it asked for a person
  /// What the core expected of the wait when it began, and the span that 80 % stay within.
  /// Negative: it said nothing.
  double expected_wait = -1;
  double expected_wait_80 = -1;
};

/// What became of the day.
struct DayRun {
  std::vector<CallResult> calls;
  std::vector<double> seat_busy;  ///< talk and wrap-up by session, seconds
  double station_busy = 0;        ///< seconds
  uint64_t decisions = 0;         ///< offers made
  uint64_t steps = 0;             ///< events given to the core
  uint64_t digest = 0;            ///< of every decision with its time: equal runs, equal digests
};

/// Told around every Step, so that the shell may time it.
class StepWatch {
 public:
  virtual ~StepWatch() = default;
  virtual void Before() = 0;
  virtual void After() = 0;
};

/// Returns the area for a line of calls of `types`, each needing the skill of its type, where
/// nothing but the caller's patience ends a wait.
router::AreaConfig PlainArea();

/// Runs days one after the other through one router, which keeps what it has learnt. `watch` may
/// be null.
std::vector<DayRun> RunDays(const std::vector<Day>& days, const Routing& routing,
                            StepWatch* watch = nullptr);

/// Runs one day through a router of its own.
DayRun RunDay(const Day& day, const Routing& routing);

}  // namespace hotline::sim
