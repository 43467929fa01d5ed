#include "router/sim/run_replay.h"

#include <unistd.h>

#include <ctime>

#include "router/sim/csv_files.h"
#include "router/sim/engine.h"
#include "router/sim/formulas.h"
#include "router/sim/report.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

constexpr char kFifo[] = "fifo-longest-idle";
constexpr char kFixedTimer[] = "fixed-timer-overflow";
constexpr double kMostSeeds = 1e15;
constexpr double kMostOverflowSeats = 1000;

/// Overflow as rivals have it: `seats` more that take whoever has waited `after` seconds.
void AddOverflow(router::AreaConfig& area, uint32_t seats, double after) {
  area.stations.push_back({.id = "overflow", .level = "township", .extension = "0", .capacity = seats});
  area.queues[0].stations.push_back("overflow");
  area.queues[0].escalate_after = absl::Seconds(after);
}

double CpuSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace

int RunReplay(Options options) {
  const std::string calls = options.Text("calls");
  const std::string sessions = options.Text("sessions");
  const std::string wrap_ups = options.Text("wrapups", "");
  const std::string policy = options.Text("policy", kFifo);
  const auto overflow = static_cast<uint32_t>(
      options.Number("overflow-seats", 0, kMostOverflowSeats, policy == kFixedTimer ? 2 : 0));
  const double after = options.Number("overflow-after-s", 0, 86'400, 60);
  const auto seed = static_cast<uint64_t>(options.Number("seed", 0, kMostSeeds, 1));
  const bool json = options.Flag("json");
  auto errors = options.Finish();
  if (policy != kFifo && policy != kFixedTimer) {
    errors.push_back(fmt::format("--policy {}: give {} or {}", policy, kFifo, kFixedTimer));
  }
  if (const int code = ReportErrors(errors)) return code;

  const auto log = ReadCallLog(calls, sessions, wrap_ups);
  if (!log.ok()) return ReportErrors({std::string(log.status().message())});

  Routing routing{.area = PlainArea()};
  if (overflow > 0) AddOverflow(routing.area, overflow, after);
  const std::vector<Day> days = ReplayDays(*log, seed);
  ReportBuilder builder;
  const bool show_progress = isatty(STDERR_FILENO) == 1;
  const double start = CpuSeconds();
  for (size_t i = 0; i < days.size(); ++i) {
    builder.Add(days[i], RunDay(days[i], routing));
    if (show_progress) fmt::print(stderr, "\rday {} of {}", i + 1, days.size());
  }
  if (show_progress) fmt::print(stderr, "\r\x1b[K");
  const Report report = builder.Finish(CpuSeconds() - start);
  fmt::print("{}{}", json ? ToJson(report, seed) : ToText(report), json ? "\n" : "");
  return 0;
}

}  // namespace hotline::sim
