// 500 SIPp calls at 10 a second onto 20 seats that talk for 2 to 4 s; a fifth of the callers give
// up, every tenth seat never answers. Prints the books of five places; exits 1 unless they agree
// and no seat got two calls.
//
//   crowd [calls [calls per second]]
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

#include "tests/bench/bench_stack.h"
#include "tests/stack/ledger.h"
#include "tests/stack/sipp.h"

namespace hotline::test {
namespace {

constexpr int kSeats = 20;
constexpr int kSilentEvery = 10;
constexpr absl::Duration kDrain = absl::Seconds(120);

int Run(int calls, int per_second) {
  const auto stack = StartBenchStack();
  auto floor = OpenFloor(*stack, kSeats);
  std::vector<std::string> seats;
  for (int i = 0; i < kSeats; ++i) {
    seats.push_back(CallFloor::SeatId(i));
    const bool silent = (i + 1) % kSilentEvery == 0;
    floor->phones()[i]->SetPlanner([silent, count = 0](const robot::Invitation&) mutable {
      if (silent) return robot::AnswerPlan{.action = robot::AnswerPlan::Action::kIgnore};
      return robot::AnswerPlan{.talk = absl::Milliseconds(2000 + 500 * (count++ % 5)),
                               .tone_hz = CallFloor::kSeatTone};
    });
  }
  Staff staff(floor->client(), seats);
  Require(floor->watch().Wait(kDrain,
                              [](const demo::AreaView& view) {
                                return view.CountSeats(router::v1::Seat::STATE_READY) ==
                                       kSeats;
                              }),
          "all seats are ready");
  const SippResult sipp = RunSipp(*stack, {.scenario = "waiting_caller.xml",
                                           .number = CallFloor::kNumber,
                                           .calls = calls,
                                           .per_second = per_second,
                                           .timeout_seconds = 600});
  std::printf("sipp: %d successful, %d failed\n", sipp.successful, sipp.failed);
  const auto count = static_cast<size_t>(calls);
  const bool drained = floor->watch().Wait(kDrain, [count](const demo::AreaView& view) {
    return view.ended.size() >= count && view.calls.empty() && view.stats.open() == 0;
  });
  const auto accounts = ReadAccounts(*stack, floor->client());
  Require(accounts.ok(), std::string(accounts.status().message()));
  bool good = drained && sipp.successful == calls && Disagreement(*accounts).empty();
  for (const auto& [place, figures] : *accounts) {
    std::printf("%-12s %s\n", place.c_str(), figures.ToString().c_str());
    good &= figures.offered == count;
  }
  int invites = 0;
  int missed = 0;
  for (const auto& phone : floor->phones()) {
    invites += phone->counters().invites;
    missed += phone->counters().missed;
  }
  std::printf("phones: %d INVITEs, %d not answered, %d while busy\n", invites, missed,
              floor->DoubleInvites());
  good &= floor->DoubleInvites() == 0;
  std::printf("%s\n", good ? "all books agree" : "THE BOOKS DO NOT AGREE");
  return good ? 0 : 1;
}

}  // namespace
}  // namespace hotline::test

int main(int argc, char** argv) {
  const int calls = argc > 1 ? std::atoi(argv[1]) : 500;
  const int per_second = argc > 2 ? std::atoi(argv[2]) : 10;
  return hotline::test::Run(calls, per_second);
}
