// SIP calls per second through the whole hotline: each call is answered with media anchored,
// queued, routed by the journalled router, connected to a seat's phone, and hung up by the caller
// 300 ms later.
//
//   sip_rate [seconds per rate [calls per second…]]
//
// Prints for each rate what came through and the CPU of our processes per call. SIPp and the robots
// that play the seats share the same cores; their CPU is not counted.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "tests/bench/bench_stack.h"
#include "tests/stack/sipp.h"

namespace hotline::test {
namespace {

constexpr char kNumber[] = "123483";
constexpr int kFirstSeat = 8401;
/// Enough for 400 calls a second that hold a seat for 0.4 s.
constexpr int kSeats = 160;
constexpr absl::Duration kWait = absl::Seconds(60);

/// The bench area with a queue of many seats and no wrap-up.
std::string RateConfig() {
  std::string seats;
  for (int i = 0; i < kSeats; ++i) {
    absl::StrAppend(&seats, "    - {id: s", kFirstSeat + i, ", extension: \"", kFirstSeat + i,
                    "\", queues: [rate], skills: {rate: 1}}\n");
  }
  return absl::StrReplaceAll(
      BenchAreaConfig(),
      {{"  seats:\n",
        "    - {id: rate, skills: {rate: 1}, wrap_up: 0s, escalate_after: 10m, max_wait: 10m, "
        "no_seat_wait: 10m, max_waiting: 5000}\n  seats:\n"},
       {"  stations:\n    -", seats + "  stations:\n    -"},
       {"  numbers:\n", absl::StrCat("  numbers:\n    - {dialled: \"", kNumber,
                                     "\", queue: rate, entry: direct}\n")}});
}

uint64_t Answered(demo::AreaClient& client) {
  const auto stats = client.GetStats();
  Require(stats.ok(), std::string(stats.status().message()));
  return stats->answered();
}

void Measure(Stack& stack, demo::AreaClient& client, int rate, int seconds) {
  const int calls = rate * seconds;
  const uint64_t answered_before = Answered(client);
  const auto before = ReadUsage(stack);
  const absl::Time start = absl::Now();
  const SippResult sipp = RunSipp(stack, {.scenario = "short_call.xml",
                                          .number = kNumber,
                                          .calls = calls,
                                          .per_second = rate,
                                          .timeout_seconds = 10 * seconds + 60});
  const double took = absl::ToDoubleSeconds(absl::Now() - start);
  const auto after = ReadUsage(stack);
  const uint64_t connected = Answered(client) - answered_before;
  std::printf("%8d %10.0f %10d %8d %9.1f %%", rate, sipp.successful / took, sipp.successful,
              sipp.failed, 100.0 * static_cast<double>(connected) / calls);
  absl::Duration all;
  std::string parts;
  for (size_t i = 0; i < after.size(); ++i) {
    const absl::Duration used = after[i].second.cpu - before[i].second.cpu;
    all += used;
    absl::StrAppend(&parts, " ", after[i].first, " ", absl::ToInt64Microseconds(used / calls));
  }
  std::printf(" %7.2f ms  (µs:%s)\n", absl::ToDoubleMilliseconds(all / calls), parts.c_str());
  std::fflush(stdout);
}

int Run(int seconds, const std::vector<int>& rates) {
  auto started = Stack::Start({.config = RateConfig()});
  Require(started.ok(), std::string(started.status().message()));
  const auto stack = *std::move(started);
  demo::AreaClient client(stack->routers());
  robot::RobotHub hub({.sip = {.proxy = stack->endpoint("SIP")}});
  std::vector<std::shared_ptr<robot::Phone>> phones;
  for (int i = 0; i < kSeats; ++i) {
    const std::string extension = absl::StrCat(kFirstSeat + i);
    phones.push_back(
        hub.AddPhone({.extension = extension, .password = stack->password(extension)}));
  }
  for (int i = 0; i < kSeats; ++i) {
    Require(phones[i]->WaitRegistered(kWait), "every phone registers");
    Require(client.SignIn(absl::StrCat("s", kFirstSeat + i), true, absl::InfiniteDuration()).ok(),
            "every seat signs in");
  }
  std::printf("%8s %10s %10s %8s %11s %10s\n", "offered", "done", "successful", "failed",
              "connected", "CPU/call");
  std::printf("%8s %10s\n", "calls/s", "calls/s");
  for (const int rate : rates) Measure(*stack, client, rate, seconds);
  return 0;
}

}  // namespace
}  // namespace hotline::test

int main(int argc, char** argv) {
  std::vector<int> rates;
  for (int i = 2; i < argc; ++i) rates.push_back(std::atoi(argv[i]));
  if (rates.empty()) rates = {10, 100, 200, 320};
  return hotline::test::Run(argc > 1 ? std::atoi(argv[1]) : 10, rates);
}
