#include "router/sim/run_scenario.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <thread>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "router/sim/csv_files.h"
#include "router/sim/formulas.h"
#include "router/sim/result.h"
#include "router/sim/scenario_file.h"
#include "router/sim/trial.h"
#include "router/sim/world/draw_day.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

constexpr double kMostRepsAsked = 10'000;
constexpr double kMostThreads = 256;
constexpr double kMostStandardErrors = 3;  // science.md §6

/// What the command line asks for.
struct Order {
  uint64_t seed = 1;
  int replications = 0;  ///< 0: as the file says
  int threads = 1;
  std::vector<std::string> policies;  ///< empty: as the file says
  std::string data;                   ///< where recorded logs are; empty: as the file says
  std::string cell;                   ///< only cells whose name contains it
  bool json = false;
  bool check = false;
};

Order ReadOrder(Options& options, std::vector<std::string>& errors) {
  Order order;
  order.seed = static_cast<uint64_t>(options.Number("seed", 0, kMostSeeds, 1));
  order.replications = static_cast<int>(options.Number("reps", 0, kMostRepsAsked, 0));
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  order.threads = static_cast<int>(options.Number("threads", 1, kMostThreads, cores));
  const std::string one = options.Text("policy", "");
  const std::string several = options.Text("policies", "");
  order.policies = absl::StrSplit(one.empty() ? several : one, ',', absl::SkipEmpty());
  order.data = options.Text("data", "");
  order.cell = options.Text("cell", "");
  order.json = options.Flag("json");
  order.check = options.Flag("check");
  errors = options.Finish();
  if (!one.empty() && !several.empty()) errors.push_back("give --policy or --policies, not both");
  for (const std::string& name : order.policies) {
    if (!MakePolicy(name, {})) errors.push_back(UnknownPolicy("--policy", name));
  }
  return order;
}

/// One line on stderr, if a person looks at it.
class Progress {
 public:
  explicit Progress(int of) : of_(of), shown_(isatty(STDERR_FILENO) == 1) {}

  ~Progress() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
  }

  void Show(int done) const {
    if (shown_) fmt::print(stderr, "\rreplication {} of {}", done, of_);
  }

 private:
  const int of_;
  const bool shown_;
};

/// Returns the log, nothing if its files are not there, or why it cannot be read.
absl::StatusOr<std::shared_ptr<const CallLog>> LoadLog(const ReplayFiles& files,
                                                       const std::string& data) {
  const std::filesystem::path folder = data.empty() ? files.folder : data;
  const std::string calls = folder / files.calls;
  const std::string sessions = folder / files.sessions;
  const std::string wrap_ups = files.wrap_ups.empty() ? "" : folder / files.wrap_ups;
  for (const std::string& file : {calls, sessions, wrap_ups}) {
    if (!file.empty() && !std::filesystem::exists(file)) {
      return absl::NotFoundError(fmt::format("no data: {} is not there (--data FOLDER)", file));
    }
  }
  absl::StatusOr<CallLog> log = ReadCallLog(calls, sessions, wrap_ups);
  if (!log.ok()) return absl::InvalidArgumentError(log.status().message());
  return std::make_shared<const CallLog>(*std::move(log));
}

Trial MakeTrial(const Scenario& scenario, const Order& order,
                const std::shared_ptr<const CallLog>& log) {
  Trial trial{.replications = order.replications > 0 ? order.replications : scenario.replications,
              .cap = scenario.cap,
              .hindsight = log != nullptr};
  PolicySetting setting = SettingOf(scenario);
  if (log != nullptr) {
    setting.has_wrap_ups = !log->wrap_ups.empty();
    trial.draw = [log, seed = order.seed](uint64_t replication) {
      return ReplayDays(*log, seed + replication);
    };
  } else {
    trial.draw = [&scenario, seed = order.seed](uint64_t replication) {
      std::vector<Day> days;
      for (int d = 0; d < scenario.learn_days + scenario.days; ++d) {
        days.push_back(DrawDay(scenario, {seed, replication, static_cast<uint64_t>(d)}));
        days.back().counted = d >= scenario.learn_days;
        if (days.back().counted) continue;
        for (DayCall& call : days.back().calls) call.service *= scenario.faults.learned_talk;
      }
      return days;
    };
  }
  std::vector<std::string> names = order.policies.empty() ? scenario.policies : order.policies;
  if (std::find(names.begin(), names.end(), kBaseline) == names.end()) {
    names.insert(names.begin(), kBaseline);
  }
  for (const std::string& name : names) trial.policies.push_back(*MakePolicy(name, setting));
  return trial;
}

/// Without --policy the last policy of the scenario is the one that speaks for it: rivals come
/// first.
std::string JsonOf(const std::vector<Outcome>& outcomes, const Order& order) {
  std::vector<std::string> all;
  std::string first;
  for (const Outcome& o : outcomes) {
    for (const PolicyOutcome& p : o.policies) {
      all.push_back(ToJson(o, p));
      const bool speaks =
          order.policies.empty() ? &p == &o.policies.back() : p.policy == order.policies.back();
      if (first.empty() && speaks) first = all.back();
    }
  }
  first.pop_back();  // the closing brace
  return fmt::format("{}, \"results\": [{}]}}\n", first, absl::StrJoin(all, ",\n"));
}

bool Misses(const Outcome& o) {
  return o.expected.exact && o.deviation && std::abs(*o.deviation) > kMostStandardErrors;
}

}  // namespace

int RunScenario(const std::string& path, Options options) {
  std::vector<std::string> errors;
  const Order order = ReadOrder(options, errors);
  const auto file = ReadScenarioFile(path);
  if (!file.ok()) {
    for (const auto line : absl::StrSplit(file.status().message(), '\n')) {
      errors.emplace_back(line);
    }
  }
  if (const int code = ReportErrors(errors)) return code;

  std::shared_ptr<const CallLog> log;
  if (!file->replay.calls.empty()) {
    auto loaded = LoadLog(file->replay, order.data);
    if (absl::IsNotFound(loaded.status())) {
      const std::string& id = file->cells[0].id;
      if (order.json) {
        fmt::print("{{\"scenario\": \"{}\", \"skipped\": \"no data\"}}\n", id);
      } else {
        fmt::print("{} skipped: {}\n", id, std::string(loaded.status().message()));
      }
      return 0;
    }
    if (!loaded.ok()) return ReportErrors({std::string(loaded.status().message())});
    log = *std::move(loaded);
  }

  std::vector<Outcome> outcomes;
  bool missed = false;
  for (const Scenario& scenario : file->cells) {
    if (scenario.cell.find(order.cell) == std::string::npos) continue;
    const Trial trial = MakeTrial(scenario, order, log);
    TrialResult result;
    {
      const Progress progress(trial.replications);
      result = RunTrial(trial, order.threads, [&](int done) { progress.Show(done); });
    }
    outcomes.push_back(MakeOutcome(scenario, order.seed, trial, result));
    missed |= Misses(outcomes.back());
    if (!order.json) fmt::print("{}", ToText(outcomes.back()));
  }
  if (outcomes.empty()) {
    return ReportErrors({fmt::format("--cell {}: no cell of {} is named so", order.cell, path)});
  }
  if (order.json) fmt::print("{}", JsonOf(outcomes, order));
  if (missed)
    fmt::print(stderr,
               "hotline-sim: a figure known exactly was missed by more than {} "
               "standard errors\n",
               kMostStandardErrors);
  return missed && order.check ? 1 : 0;
}

}  // namespace hotline::sim
