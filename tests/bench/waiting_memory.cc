// How much memory a waiting call costs, process by process.
//
//   waiting_memory [calls]
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>

#include "tests/bench/bench_stack.h"

namespace hotline::test {
namespace {

constexpr int kWarmUp = 50;  // pools and buffers that are there once
constexpr double kAimKib = 40;

int Run(int calls) {
  const auto stack = StartBenchStack();
  const auto floor = OpenFloor(*stack, 1);
  std::deque<std::shared_ptr<robot::RobotCall>> line;
  FillLine(*floor, kWarmUp, line);
  const auto before = ReadUsage(*stack);
  FillLine(*floor, kWarmUp + calls, line);
  const auto after = ReadUsage(*stack);
  double sum = 0;
  std::printf("%d calls wait; KiB a call:\n", calls);
  for (size_t i = 0; i < after.size(); ++i) {
    const double kib =
        static_cast<double>(after[i].second.memory_bytes - before[i].second.memory_bytes) / 1024 /
        calls;
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
