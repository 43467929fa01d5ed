// kill -9 of the active router with callers waiting and talking: the time to the next offer, and
// what people noticed.
//
//   failover [talking [waiting]]
#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/bench/bench_stack.h"

namespace hotline::test {
namespace {

constexpr absl::Duration kPromise = absl::Seconds(3);
constexpr absl::Duration kTalkGap = absl::Milliseconds(500);
constexpr absl::Duration kWait = absl::Seconds(20);

int Run(int talking, int waiting) {
  const auto stack = StartBenchStack();
  // One seat more: it becomes ready while no router rules.
  const auto floor = OpenFloor(*stack, talking + 1);
  const absl::Status filled = floor->Fill(talking, waiting);
  Require(filled.ok(), std::string(filled.message()));
  floor->StartGapChecks();

  const auto active = floor->client().FindActive();
  Require(active.has_value(), "a router is active");
  const pid_t pid = stack->Pid(stack->RouterProgram(*active));
  const robot::Instant killed = robot::Now();
  Require(pid > 0 && kill(pid, SIGKILL) == 0, "the router can be killed");
  Require(floor->client().SignIn(CallFloor::SeatId(talking), true, absl::InfiniteDuration()).ok(),
          "a seat signs in");
  const auto offered = floor->phones()[talking]->WaitCall(1, kWait);
  Require(offered != nullptr, "a call is offered again");
  const absl::Duration took = robot::Between(killed, offered->report().invite_time);
  const absl::Duration gap = floor->LongestGap();  // before the talkers make room
  int misplaced = floor->waiting()[0]->WaitPerson(kWait) ? 0 : 1;
  for (int i = 1; i < waiting && i <= talking; ++i) {
    floor->talking()[i - 1]->HangUp();
    if (!floor->waiting()[i]->WaitPerson(kWait)) ++misplaced;
  }
  std::printf("talking %d, waiting %d\n", talking, waiting);
  std::printf("kill -9 to the next offer    %s (at most %s)\n", absl::FormatDuration(took).c_str(),
              absl::FormatDuration(kPromise).c_str());
  std::printf("callers dropped              %d\n", floor->Dropped());
  std::printf("callers out of their place   %d\n", misplaced);
  std::printf("seats with two calls         %d\n", floor->DoubleInvites());
  std::printf("longest gap in a talk        %s\n", absl::FormatDuration(gap).c_str());
  const bool good = took <= kPromise && floor->Dropped() == 0 && misplaced == 0 &&
                    floor->DoubleInvites() == 0 && gap <= kTalkGap;
  std::printf("%s\n", good ? "kept" : "NOT KEPT");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace hotline::test

int main(int argc, char** argv) {
  const int talking = argc > 1 ? std::atoi(argv[1]) : 20;
  const int waiting = argc > 2 ? std::atoi(argv[2]) : 50;
  hotline::test::Require(talking > 0 && talking < hotline::test::CallFloor::kMostSeats,
                         "talking must be 1 to 20");
  return hotline::test::Run(talking, waiting);
}
