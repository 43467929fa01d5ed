// How much memory a waiting call costs, process by process.
//
//   waiting_memory [calls]
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "tests/bench/bench_stack.h"

namespace hotline::test {
namespace {

constexpr int kWarmUp = 50;  // pools and buffers that are there once
constexpr absl::Duration kWait = absl::Seconds(120);
constexpr double kAimKib = 40;

void Queue(CallFloor& floor, int calls, std::vector<std::shared_ptr<robot::RobotCall>>& line) {
  for (int i = 0; i < calls; ++i) {
    line.push_back(floor.CallDeaf());
    Require(line.back() != nullptr, "a port for a caller");
  }
  const int count = static_cast<int>(line.size());
  Require(floor.watch().Wait(kWait,
                             [count](const demo::AreaView& view) {
                               return view.CountCalls(router::v1::Call::STATE_QUEUED) == count;
                             }),
          "the callers wait");
}

int Run(int calls) {
  const auto stack = StartBenchStack();
  const auto floor = OpenFloor(*stack, 1);
  std::vector<std::shared_ptr<robot::RobotCall>> line;
  Queue(*floor, kWarmUp, line);
  const auto before = ReadUsage(*stack);
  Queue(*floor, calls, line);
  const auto after = ReadUsage(*stack);
  double sum = 0;
  std::printf("%d calls wait; KiB a call:\n", calls);
  for (size_t i = 0; i < after.size(); ++i) {
    const double kib =
        static_cast<double>(after[i].second.rss_bytes - before[i].second.rss_bytes) / 1024 / calls;
    sum += kib;
    std::printf("  %-10s %7.1f\n", after[i].first.c_str(), kib);
  }
  std::printf("  %-10s %7.1f   (aim at most %.0f)\n", "all", sum, kAimKib);
  return 0;
}

}  // namespace
}  // namespace hotline::test

int main(int argc, char** argv) {
  return hotline::test::Run(argc > 1 ? std::atoi(argv[1]) : 1000);
}
