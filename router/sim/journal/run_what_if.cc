#include "router/sim/journal/run_what_if.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "router/service/area_file.h"
#include "router/service/convert/journal.h"
#include "router/sim/formulas.h"
#include "router/sim/journal/journal_file.h"
#include "router/sim/result.h"
#include "router/sim/trial.h"
#include "router/sim/world/recording.h"
#include "services/runtime/config.h"
#include "services/runtime/proto_time.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

constexpr double kMostReplications = 1000;
constexpr double kMostOverflow = 1000;

absl::StatusOr<CallLog> ReadRecording(const std::string& file, const router::AreaConfig& area) {
  std::optional<Recording> recording;
  uint64_t entries = 0;
  const auto status = ReadJournalFile(
      file,
      [&](std::string_view state) {
        auto begun = Recording::Begin(area, state);
        if (begun.ok()) recording = *std::move(begun);
        return begun.status();
      },
      [&](std::string_view bytes) -> absl::Status {
        router::v1::JournalEntry entry;
        ++entries;
        if (!entry.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
          return absl::DataLossError(absl::StrCat("entry ", entries, " cannot be read"));
        }
        for (const auto& journalled : entry.events()) {
          const auto event = router::FromJournal(journalled);
          if (!event.ok()) return event.status();
          recording->Take(FromProto(journalled.time()), *event);
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  CallLog log = recording->Finish();
  if (log.calls.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "no call asked for a person and ended in the ", entries, " entries of ", file));
  }
  return log;
}

/// The stations of the area's queues, as seats that anyone may reach after the shortest wait.
Overflow StationsOf(const router::AreaConfig& area) {
  Overflow overflow{.seats = 0, .after = 0};
  std::vector<std::string> used;
  absl::Duration after = absl::InfiniteDuration();
  for (const router::QueueConfig& queue : area.queues) {
    if (queue.stations.empty()) continue;
    used.insert(used.end(), queue.stations.begin(), queue.stations.end());
    after = std::min(after, queue.escalate_after);
  }
  for (const router::StationConfig& station : area.stations) {
    const bool is_used = std::find(used.begin(), used.end(), station.id) != used.end();
    overflow.seats += is_used ? static_cast<int>(station.capacity) : 0;
  }
  if (overflow.seats > 0) overflow.after = absl::ToDoubleSeconds(after);
  return overflow;
}

/// The recorded days, counted as runs are.
PolicyOutcome AsRecorded(const CallLog& log, double cap) {
  FigureBuilder builder(cap);
  for (SeenDay& seen : SeenDays(log)) {
    seen.run.seat_busy.resize(seen.day.sessions.size());
    builder.Add(seen.day, seen.run);
  }
  return {.policy = "as recorded",
          .summary = Summarise({builder.Finish()}),
          .bound = {.connect_rate = kNaN, .kind = ""},
          .eta = kNaN,
          .gap_closed = kNaN,
          .decisions_per_second = kNaN,
          .calls_per_second = kNaN,
          .step_times = {kNaN, kNaN}};
}

}  // namespace

int RunWhatIf(Options options) {
  const std::string journal = options.Text("journal");
  const std::string config_file = options.Text("config");
  const std::string policy = options.Text("policy", kBaseline);
  Trial trial;
  trial.replications = static_cast<int>(options.Number("reps", 1, kMostReplications, 5));
  const auto seed = static_cast<uint64_t>(options.Number("seed", 0, kMostSeeds, 1));
  const bool own_overflow = options.Has("overflow-seats");
  const auto seats = static_cast<int>(options.Number("overflow-seats", 0, kMostOverflow, 0));
  const double after = options.Number("overflow-after-s", 0, 86'400, 60);
  const bool json = options.Flag("json");
  auto errors = options.Finish();
  if (!MakePolicy(policy, {})) errors.push_back(UnknownPolicy("--policy", policy));
  if (const int code = ReportErrors(errors)) return code;

  auto config = ConfigFile::Load(config_file, ProcessEnvironment());
  if (!config.ok()) return ReportErrors({std::string(config.status().message())});
  const router::AreaFile area = router::ReadArea(config->Section("area"));
  if (const auto status = config->status(); !status.ok()) {
    return ReportErrors(absl::StrSplit(status.message(), '\n'));
  }
  const auto log = ReadRecording(journal, area.config);
  if (!log.ok()) return ReportErrors({absl::StrCat(journal, ": ", log.status().message())});

  PolicySetting setting{
      .has_wrap_ups = !log->wrap_ups.empty(),
      .overflow = own_overflow ? Overflow{seats, after} : StationsOf(area.config)};
  trial.hindsight = true;
  trial.policies.push_back(*MakePolicy(kBaseline, setting));
  if (policy != kBaseline) trial.policies.push_back(*MakePolicy(policy, setting));
  trial.draw = [&](uint64_t replication) {
    return ReplayDays(*log, seed + replication);
  };
  const Scenario scenario{.id = "what-if", .title = "of " + journal};
  Outcome outcome = MakeOutcome(scenario, seed, trial, RunTrial(trial, 1, [](int) {}));
  outcome.policies.insert(outcome.policies.begin(), AsRecorded(*log, trial.cap));
  fmt::print("{}{}", json ? ToJson(outcome, outcome.policies.back()) : ToText(outcome),
             json ? "\n" : "");
  return 0;
}

}  // namespace hotline::sim
