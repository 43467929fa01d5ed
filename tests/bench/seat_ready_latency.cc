// How long it takes from a seat's ready to the INVITE at its phone, through the real processes,
// with callers waiting.
//
//   seat_ready_latency [rounds [waiting…]]
//
// Each round: the agent says ready (gRPC), the first in line is offered, the phone refuses at once,
// so that the line stays as long as it was and the seat goes not ready for the next round. With
// nobody waiting the caller comes when the seat is ready, and the time counts from the caller's
// INVITE.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/util/time_util.h"

#include "tests/bench/bench_stack.h"

namespace hotline::test {
namespace {

constexpr absl::Duration kWait = absl::Seconds(60);
constexpr int kMostRounds = 240;  // all of them offer the same first call
constexpr absl::Duration kAim = absl::Milliseconds(5);

absl::Duration MeasureOnce(CallFloor& floor, bool somebody_waits) {
  const std::string seat = CallFloor::SeatId(0);
  const int invites = floor.phones()[0]->counters().invites;
  const robot::Instant ready = robot::Now();
  const auto then = floor.client().SetReady(seat);
  Require(then.ok(), "the seat becomes ready");
  const auto caller = somebody_waits ? nullptr : floor.CallDeaf();
  const auto call = floor.phones()[0]->WaitCall(invites + 1, kWait);
  Require(call != nullptr, "a call is offered");
  const absl::Duration latency =
      robot::Between(caller ? caller->report().invite_time : ready, call->report().invite_time);
  const auto refused = [&](const demo::AreaView& view) {
    const auto found = view.seats.find(seat);
    if (found == view.seats.end()) return false;
    // Not the not-ready of the round before.
    return found->second.state() == router::v1::Seat::STATE_NOT_READY &&
           found->second.state_time() > then->state_time();
  };
  Require(floor.watch().Wait(kWait, refused), "the refusal makes the seat not ready");
  if (caller) {
    caller->HangUp();
    const auto gone = [](const demo::AreaView& view) {
      return view.calls.empty();
    };
    Require(floor.watch().Wait(kWait, gone), "the caller leaves");
  }
  return latency;
}

int Run(int rounds, const std::vector<int>& lines) {
  rounds = std::min(rounds, kMostRounds);
  std::printf("%10s %10s %10s %10s\n", "waiting", "p50", "p99", "max");
  bool good = true;
  const auto stack = StartBenchStack();
  const auto floor = OpenFloor(*stack, 1);
  floor->phones()[0]->SetPlan({.action = robot::AnswerPlan::Action::kRefuse, .status = 486});
  Require(floor->client().SignIn(CallFloor::SeatId(0), false, absl::InfiniteDuration()).ok(),
          "the seat signs in");
  std::deque<std::shared_ptr<robot::RobotCall>> callers;
  for (const int line : lines) {
    if (!callers.empty()) {  // has been offered often enough: a call has at most 255 legs
      callers.front()->HangUp();
      callers.pop_front();
    }
    FillLine(*floor, line, callers);
    std::vector<absl::Duration> latencies;
    for (int i = 0; i < rounds; ++i) latencies.push_back(MeasureOnce(*floor, line > 0));
    const absl::Duration p99 = Quantile(latencies, 0.99);
    std::printf(
        "%10d %10s %10s %10s\n", line,
        absl::FormatDuration(absl::Trunc(Quantile(latencies, 0.5), absl::Microseconds(1))).c_str(),
        absl::FormatDuration(absl::Trunc(p99, absl::Microseconds(1))).c_str(),
        absl::FormatDuration(absl::Trunc(latencies.back(), absl::Microseconds(1))).c_str());
    good &= p99 <= kAim;
  }
  std::printf("aim: p99 at most %s: %s\n", absl::FormatDuration(kAim).c_str(),
              good ? "kept" : "missed");
  return 0;
}

}  // namespace
}  // namespace hotline::test

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 200;
  std::vector<int> lines;
  for (int i = 2; i < argc; ++i) lines.push_back(std::atoi(argv[i]));
  if (lines.empty()) lines = {0, 10, 100, 1000};
  return hotline::test::Run(rounds, lines);
}
