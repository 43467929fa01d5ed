// From a caller's INVITE to the INVITE at an idle seat's phone, with the caller answered and media
// anchored in between; CPU per call.
//
//   call_setup [calls]
//
// One call at a time, without a notice: what the hotline adds. The robots' one clock sees both
// ends.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/bench/bench_stack.h"

namespace hotline::test {
namespace {

constexpr absl::Duration kWait = absl::Seconds(30);
constexpr absl::Duration kAim = absl::Microseconds(2500);

std::string Text(absl::Duration duration) {
  return absl::FormatDuration(absl::Trunc(duration, absl::Microseconds(1)));
}

void PrintCpu(const Stack& stack, const std::vector<std::pair<std::string, Usage>>& before,
              int calls) {
  const auto after = ReadUsage(stack);
  absl::Duration sum;
  for (size_t i = 0; i < after.size(); ++i) {
    const absl::Duration used = after[i].second.cpu - before[i].second.cpu;
    sum += used;
    std::printf("  %-10s %s\n", after[i].first.c_str(), Text(used / calls).c_str());
  }
  std::printf("  %-10s %s\n", "all", Text(sum / calls).c_str());
}

int Invites(const CallFloor& floor) {
  int invites = 0;
  for (const auto& phone : floor.phones()) invites += phone->counters().invites;
  return invites;
}

/// The INVITE that came last, over all phones.
robot::Instant LastInvite(const CallFloor& floor) {
  robot::Instant last{};
  for (const auto& phone : floor.phones()) {
    const int invites = phone->counters().invites;
    const auto call = invites > 0 ? phone->WaitCall(invites, kWait) : nullptr;
    if (call) last = std::max(last, call->report().invite_time);
  }
  return last;
}

int Run(int calls) {
  const auto stack = StartBenchStack();
  const auto floor = OpenFloor(*stack, CallFloor::kMostSeats);
  std::vector<std::string> seats;
  for (int i = 0; i < CallFloor::kMostSeats; ++i) {
    floor->phones()[i]->SetPlan({.talk = absl::Milliseconds(20)});
    seats.push_back(CallFloor::SeatId(i));
  }
  Staff staff(floor->client(), seats);
  const auto ready = [](const demo::AreaView& view) {
    return view.calls.empty() && view.CountSeats(router::v1::Seat::STATE_READY) > 0;
  };
  std::vector<absl::Duration> answers, setups;
  const auto before = ReadUsage(*stack);
  for (int i = 0; i < calls; ++i) {
    Require(floor->watch().Wait(kWait, ready), "a seat is ready");
    const auto call = floor->CallDeaf();
    Require(call != nullptr && call->WaitEnded(kWait), "the seat answers and hangs up");
    const robot::CallReport report = call->report();
    Require(report.answer_time.has_value() && Invites(*floor) == i + 1, "each call rings one seat");
    answers.push_back(robot::Between(report.invite_time, *report.answer_time));
    setups.push_back(robot::Between(report.invite_time, LastInvite(*floor)));
  }
  const auto print = [](const char* what, std::vector<absl::Duration>& spans) {
    std::printf("%-36s %10s %10s\n", what, Text(Quantile(spans, 0.5)).c_str(),
                Text(Quantile(spans, 0.99)).c_str());
  };
  std::printf("%-36s %10s %10s\n", "", "p50", "p99");
  print("caller's INVITE to 200", answers);
  print("caller's INVITE to seat's INVITE", setups);
  const bool kept = Quantile(setups, 0.5) <= kAim;
  std::printf("aim: p50 at most %s: %s\n", Text(kAim).c_str(), kept ? "kept" : "missed");
  std::printf("CPU a call, one at a time:\n");
  PrintCpu(*stack, before, calls);
  return kept ? 0 : 1;
}

}  // namespace
}  // namespace hotline::test

int main(int argc, char** argv) {
  return hotline::test::Run(argc > 1 ? std::atoi(argv[1]) : 200);
}
