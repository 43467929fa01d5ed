// The figures of simulated days: what science.md §6 says a router is measured by.
//
// One FigureBuilder per replication; Summarise() puts replications together, with 95 % intervals.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "router/sim/world/day.h"
#include "router/sim/world/engine.h"
#include "router/sim/world/interval.h"

namespace hotline::sim {

/// The days are cut into stretches of this length for the rates by time.
inline constexpr double kHalfHour = 1800;

/// What one replication amounts to. Rates are shares of the offered calls; what cannot be said is
/// NaN. Times in seconds.
struct Figures {
  uint64_t offered = 0;  ///< attempts that asked for a person
  uint64_t connected = 0;
  uint64_t escalated = 0;    ///< answered by overflow
  uint64_t booked = 0;       ///< hung up to be called back: T09, not among the connected
  uint64_t called_back = 0;  ///< of these, talked in the end
  uint64_t persons = 0;      ///< first attempts
  uint64_t over_cap = 0;     ///< waited longer than the cap, served or not
  uint64_t handed_back = 0;  ///< calls whose seat left in the middle
  uint64_t digest = 0;
  uint64_t steps = 0, decisions = 0, calls_run = 0;
  /// All that has an interval, by its name in JSON.
  std::map<std::string, double> values;
  std::map<std::string, double> connect_rate_by_class;
  std::map<std::string, double> answered_within_15s_by_class;
  std::vector<double> connect_rate_by_half_hour;  ///< NaN: nobody called
  std::vector<double> connect_rate_by_day;
};

/// The names in Figures::values, in the order to print them.
const std::vector<std::string>& FigureNames();

/// Gathers the days of one replication.
class FigureBuilder {
 public:
  /// A wait over `cap` counts as starvation; `target` is the share of days' rates to count.
  explicit FigureBuilder(double cap = 600, double target = 0.9) : cap_(cap), target_(target) {}

  void Add(const Day& day, const DayRun& run);
  Figures Finish() const;

 private:
  struct Count {
    uint64_t offered = 0;
    uint64_t connected = 0;
    uint64_t in_target = 0;
  };

  void AddCall(const DayCall& call, const CallResult& result, const std::string& type);
  void AddSessions(const Day& day, const DayRun& run);

  double cap_;
  double target_;
  Figures sums_;
  std::vector<double> served_waits_, lost_waits_, callback_delays_;
  std::vector<double> idle_shares_, busy_shares_;
  std::map<std::string, Count> classes_;
  std::vector<Count> half_hours_;
  std::vector<Count> days_;
  uint64_t in_target_ = 0, left_early_ = 0, persons_served_ = 0;
  /// Of served callers who waited and were told how long.
  std::vector<double> estimate_errors_;
  uint64_t estimates_kept_ = 0, at_home_ = 0;
  bool has_homes_ = false;
  double busy_ = 0, staffed_ = 0, station_busy_ = 0;
};

/// Several replications of the same policy.
struct Summary {
  uint64_t replications = 0;
  Figures totals;  ///< counts summed, by half hour and by class averaged, all days' rates
  std::map<std::string, Interval> values;
};

/// Requires: `runs` is not empty.
Summary Summarise(const std::vector<Figures>& runs);

/// Returns the intervals of the differences a − b, pair by pair: common random numbers make them
/// narrow. Requires: as many in `a` as in `b`.
std::map<std::string, Interval> PairedDifferences(const std::vector<Figures>& a,
                                                  const std::vector<Figures>& b);

/// Returns the Gini coefficient of values >= 0: 0 if all are equal, towards 1 if one has all.
double Gini(std::vector<double> values);

/// Returns the value at or below which a share `q` of sorted `values` lies (nearest rank); NaN of
/// nothing.
double Quantile(const std::vector<double>& values, double q);

}  // namespace hotline::sim
