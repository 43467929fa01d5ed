// Runs replications of days under several policies, on several threads, and times them. The result
// does not depend on the number of threads: every replication is drawn and run by itself.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "router/sim/world/figures.h"
#include "router/sim/world/policy.h"

namespace hotline::sim {

/// What is to be run.
struct Trial {
  int replications = 1;
  double cap = 600;
  bool hindsight = false;        ///< also ask what hindsight would have connected
  std::vector<Policy> policies;  ///< each faces the same days
  std::function<std::vector<Day>(uint64_t replication)> draw;
};

/// How long the core took for one Step, by the wall clock; on one day of its own, because looking
/// at the clock takes time.
struct StepTimes {
  double p50_us = 0;
  double p99_us = 0;
};

struct PolicyResult {
  std::vector<Figures> replications;
  double cpu_seconds = 0;
  StepTimes step_times;
};

struct TrialResult {
  std::vector<PolicyResult> policies;          ///< as in Trial::policies
  std::vector<double> hindsight_connect_rate;  ///< by replication; empty if not asked for
};

/// Runs it on `threads` threads. `progress` is called from any thread with the replications done.
TrialResult RunTrial(const Trial& trial, int threads,
                     const std::function<void(int done)>& progress);

}  // namespace hotline::sim
