#include "router/sim/run_replay.h"

#include <memory>

#include "router/sim/csv_files.h"
#include "router/sim/formulas.h"
#include "router/sim/result.h"
#include "router/sim/trial.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

constexpr char kFixedTimer[] = "fixed-timer-overflow";
constexpr double kMostOverflowSeats = 1000;

}  // namespace

int RunReplay(Options options) {
  const std::string calls = options.Text("calls");
  const std::string sessions = options.Text("sessions");
  const std::string wrap_ups = options.Text("wrapups", "");
  const std::string policy = options.Text("policy", kBaseline);
  PolicySetting setting{.has_wrap_ups = !wrap_ups.empty()};
  setting.overflow.seats = static_cast<int>(
      options.Number("overflow-seats", 0, kMostOverflowSeats, policy == kFixedTimer ? 2 : 0));
  setting.overflow.after = options.Number("overflow-after-s", 0, 86'400, 60);
  const auto seed = static_cast<uint64_t>(options.Number("seed", 0, kMostSeeds, 1));
  const bool json = options.Flag("json");
  auto errors = options.Finish();
  // Overflow seats for the baseline: the rule that uses them by a timer.
  const auto chosen =
      MakePolicy(policy == kBaseline && setting.overflow.seats > 0 ? kFixedTimer : policy, setting);
  if (!chosen) errors.push_back(UnknownPolicy("--policy", policy));
  if (const int code = ReportErrors(errors)) return code;

  const auto log = ReadCallLog(calls, sessions, wrap_ups);
  if (!log.ok()) return ReportErrors({std::string(log.status().message())});

  Trial trial{.hindsight = true, .policies = {*MakePolicy(kBaseline, setting)}};
  if (chosen->name != kBaseline) trial.policies.push_back(*chosen);
  trial.draw = [&](uint64_t replication) {
    return ReplayDays(*log, seed + replication);
  };
  const TrialResult result = RunTrial(trial, 1, [](int) {});
  const Scenario scenario{.id = "replay", .title = "of " + calls};
  const Outcome outcome = MakeOutcome(scenario, seed, trial, result);
  fmt::print("{}{}", json ? ToJson(outcome, outcome.policies.back()) : ToText(outcome),
             json ? "\n" : "");
  return 0;
}

}  // namespace hotline::sim
