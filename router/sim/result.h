// A trial's outcome, ready to print: every policy beside the baseline, with the bound.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "router/sim/trial.h"
#include "router/sim/world/bounds.h"
#include "router/sim/world/scenario.h"

namespace hotline::sim {

/// One policy's figures.
struct PolicyOutcome {
  std::string policy;
  Summary summary;
  Bound bound;
  double eta = 0;         ///< connect rate / bound
  double gap_closed = 0;  ///< (connect rate − baseline) / (bound − baseline); NaN for the baseline
  std::map<std::string, Interval> difference;  ///< to the baseline; empty for itself
  double decisions_per_second = 0;
  double calls_per_second = 0;
  StepTimes step_times;
};

/// One cell's.
struct Outcome {
  std::string id, title, cell;
  uint64_t seed = 1;
  double clock_start = 0;
  Expected expected;
  std::vector<PolicyOutcome> policies;
  /// The baseline's distance from a tight bound, in standard errors.
  std::optional<double> deviation;
  long peak_memory_kib = 0;
};

/// Requires: `trial` has the baseline among its policies.
Outcome MakeOutcome(const Scenario& scenario, uint64_t seed, const Trial& trial,
                    const TrialResult& result);

/// A table: figures down, policies across.
std::string ToText(const Outcome& outcome);

/// One JSON object per policy, with the names that hotline-sim promises. Figures that do not exist
/// are null.
std::string ToJson(const Outcome& outcome, const PolicyOutcome& policy);

}  // namespace hotline::sim
