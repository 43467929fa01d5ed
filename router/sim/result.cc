#include "router/sim/result.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "services/base/check.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

const PolicyResult& BaselineOf(const Trial& trial, const TrialResult& result) {
  for (size_t i = 0; i < trial.policies.size(); ++i) {
    if (trial.policies[i].name == kBaseline) return result.policies[i];
  }
  HOTLINE_CHECK(false, "a trial without its baseline");
  return result.policies[0];
}

double Over(double part, double whole) {
  return whole > 0 ? part / whole : kNaN;
}

}  // namespace

Outcome MakeOutcome(const Scenario& scenario, uint64_t seed, const Trial& trial,
                    const TrialResult& result) {
  Outcome outcome{.id = scenario.id,
                  .title = scenario.title,
                  .cell = scenario.cell,
                  .seed = seed,
                  .clock_start = scenario.clock_start,
                  .expected = scenario.expected};
  const PolicyResult& baseline = BaselineOf(trial, result);
  const double least = Summarise(baseline.replications).values.at("connect_rate").mean;
  for (size_t i = 0; i < trial.policies.size(); ++i) {
    const PolicyResult& r = result.policies[i];
    PolicyOutcome p{.policy = trial.policies[i].name,
                    .summary = Summarise(r.replications),
                    .step_times = r.step_times};
    p.bound = result.hindsight_connect_rate.empty()
                  ? BoundOf(scenario, trial.policies[i].overflow_seats)
                  : Bound{.connect_rate = MakeInterval(result.hindsight_connect_rate).mean,
                          .kind = "hindsight"};
    const Interval& rate = p.summary.values.at("connect_rate");
    p.eta = Over(rate.mean, p.bound.connect_rate);
    p.gap_closed = kNaN;
    const double cpu = r.cpu_seconds;
    p.decisions_per_second = Over(static_cast<double>(p.summary.totals.steps), cpu);
    p.calls_per_second = Over(static_cast<double>(p.summary.totals.calls_run), cpu);
    if (&r != &baseline) {
      p.difference = PairedDifferences(r.replications, baseline.replications);
      p.gap_closed = Over(rate.mean - least, p.bound.connect_rate - least);
    } else if (p.bound.tight && rate.standard_error > 0) {
      outcome.deviation = (rate.mean - p.bound.connect_rate) / rate.standard_error;
    }
    outcome.policies.push_back(std::move(p));
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  outcome.peak_memory_kib = usage.ru_maxrss;
  return outcome;
}

}  // namespace hotline::sim
