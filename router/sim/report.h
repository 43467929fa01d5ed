// The figures of one or many simulated days, and their JSON.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "router/sim/day.h"
#include "router/sim/engine.h"

namespace hotline::sim {

/// What a run amounts to. Waits in seconds, of answered callers.
struct Report {
  uint64_t offered = 0;
  uint64_t connected = 0;
  double connect_rate = 0;
  double answered_within_15s = 0;  ///< of all offered
  double asa_s = 0;
  double wait_p50_s = 0, wait_p95_s = 0, wait_p99_s = 0, wait_max_s = 0;
  std::map<std::string, double> connect_rate_by_class;
  double overflow_seat_hours_per_day = 0;
  uint64_t escalated = 0;
  double occupancy = 0;
  double gini_idle = 0;  ///< of the idle share of session time over sessions
  double decisions_per_second = 0;
};

/// Gathers days.
class ReportBuilder {
 public:
  void Add(const Day& day, const DayRun& run);
  /// `cpu_seconds` is what the runs took.
  Report Finish(double cpu_seconds) const;

 private:
  struct ClassCount {
    uint64_t offered = 0;
    uint64_t connected = 0;
  };

  std::vector<double> waits_;
  std::vector<double> idle_shares_;
  std::map<std::string, ClassCount> classes_;
  uint64_t offered_ = 0, in_target_ = 0, escalated_ = 0, steps_ = 0, days_ = 0;
  double busy_ = 0, staffed_ = 0, station_busy_ = 0;
};

/// Returns the Gini coefficient of values >= 0: 0 if all are equal, towards 1 if one has all.
double Gini(std::vector<double> values);

std::string ToJson(const Report& report, uint64_t seed);
std::string ToText(const Report& report);

}  // namespace hotline::sim
