// A scenario: from what laws days are drawn, and what is expected of them. Values only; read from
// YAML by router/sim/scenario_file.
//
// Units: seconds and calls per second; times since the day's start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "router/sim/world/day.h"

namespace hotline::sim {

/// A law of durations.
struct Law {
  enum class Shape : uint8_t { kExponential, kLogNormal, kFixed };
  Shape shape = Shape::kFixed;
  double mean = 0;
  double cv = 1;  ///< standard deviation over mean; lognormal only
};

struct CallClass {
  std::string name;
  double share = 1;  ///< of all arrivals
  int priority = 3;
  Law handle;
  Law patience;
  Law wrap_up;
  std::string home;  ///< the seat group next to its callers; may be empty
};

/// A stretch of constant arrival rate.
struct Stretch {
  double length = 0;
  double rate = 0;  ///< calls per second, all classes together
};

/// Arrivals of some time are multiplied.
struct Surge {
  double from = 0;
  double to = 0;
  double times = 1;
};

/// Seats that serve the same classes.
struct SeatGroup {
  std::string name;
  std::vector<int> counts;   ///< by stretch of the arrivals; one number: all day
  std::vector<int> classes;  ///< sorted
};

/// Seats that are gone for a while: the first `seats` of each group, or a share of it.
struct Dropout {
  double from = 0;
  double to = 0;
  int seats = 0;
  double share = 0;
};

/// Seats of others that may take callers who have waited.
struct Overflow {
  int seats = 0;
  double after = 60;
};

/// Hang-ups of which the router does not learn, talks that it has learnt wrong, a clock that jumps.
struct Faults {
  double lost_hang_ups = 0;    ///< share of callers who give up
  double silent_hang_ups = 0;  ///< share of callers who give up
  double silent_time = 10;
  double learned_talk = 1;  ///< talks of the learn_days are so many times as long: a wrong AHT
  std::vector<ClockJump> clock_jumps;
};

/// Callers who give up and try again.
struct Retry {
  double share = 0;
  double within = 300;
  int most = 3;  ///< attempts after the first
};

/// Callers who would rather be called back.
struct Callbacks {
  double accept = 0;  ///< share of those who are asked
  double reach = 1;   ///< probability that an attempt reaches the caller
  double after = 60;  ///< who has waited so long is asked, by the policies that offer it
};

/// The name of a figure, and what science.md §6 expects of it.
struct Expected {
  std::optional<double> connect_rate;
  bool exact = false;  ///< the bound is the truth: the figure must be within 3 standard errors
  std::string note;
};

struct Scenario {
  std::string id;
  std::string title;
  std::string cell;  ///< which of the scenario's cells; may be empty
  int replications = 20;
  int days = 1;            ///< per replication
  int learn_days = 0;      ///< before them, from which the router learns and nothing is counted
  double clock_start = 0;  ///< time of day at which the day starts
  std::vector<Stretch> arrivals;
  std::vector<Surge> surges;
  double day_factor_cv = 0;  ///< gamma factor on each day's arrivals
  double measure_from = 0;
  double measure_to = 0;
  std::vector<CallClass> classes;
  std::vector<SeatGroup> seats;
  Leaving leaving = Leaving::kHandBack;
  std::vector<Dropout> dropouts;
  Overflow overflow;
  Faults faults;
  Retry retry;
  Callbacks callbacks;
  double cap = 600;  ///< a wait longer than this is starvation
  std::vector<std::string> policies;
  Expected expected;

  double length() const {
    double sum = 0;
    for (const Stretch& s : arrivals) sum += s.length;
    return sum;
  }
};

}  // namespace hotline::sim
