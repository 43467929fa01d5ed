// Turns a recorded call log into days to simulate.
//
// Real arrivals, types, priorities, seats and skills. Service times are real for served calls and
// drawn from the same type for lost ones; patience is real for lost calls and drawn from the type's
// Kaplan-Meier law beyond the observed wait for served ones; wrap-ups are drawn from the observed
// gaps. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "router/sim/world/day.h"
#include "router/sim/world/engine.h"

namespace hotline::sim {

/// One recorded call. Units: seconds.
struct CallRow {
  std::string day;
  double time = 0;
  std::string type;
  bool priority = false;  ///< the log's priority class
  bool served = false;
  double wait = 0;
  double service = 0;       ///< 0 if not served
  bool by_station = false;  ///< served by overflow
};

/// One recorded stretch of an agent's work.
struct SessionRow {
  std::string day;
  std::string agent;
  double start = 0;
  double end = 0;
  std::vector<std::string> types;
};

/// A recorded log.
struct CallLog {
  std::vector<CallRow> calls;
  std::vector<SessionRow> sessions;
  std::vector<double> wrap_ups;  ///< gaps to draw from; empty: none
};

/// A day and what became of it.
struct SeenDay {
  Day day;
  DayRun run;
};

/// Returns what really happened, to be counted as a run is. Seats' busy time is not in a log.
std::vector<SeenDay> SeenDays(const CallLog& log);

/// Returns the log's days in order, with what the log does not say drawn from `seed`. A call's
/// draws depend on the seed and the call alone.
std::vector<Day> ReplayDays(const CallLog& log, uint64_t seed);

}  // namespace hotline::sim
