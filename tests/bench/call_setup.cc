// From a caller's INVITE towards the seat's INVITE with idle seats: what our side adds, without the
// notice; CPU per call.
//
//   call_setup [calls]
//
// The caller's 200 comes with media anchored; the seat's INVITE follows the end of the notice. Two
// spans are shown: INVITE to 200, and end of notice (by the record's request time) to the seat's
// INVITE leg; their sum is the setup.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "google/protobuf/util/time_util.h"

#include "tests/bench/bench_stack.h"

namespace hotline::test {
namespace {

using google::protobuf::util::TimeUtil;

constexpr absl::Duration kWait = absl::Seconds(30);
constexpr absl::Duration kAim = absl::Microseconds(2500);

std::string Text(absl::Duration duration) {
  return absl::FormatDuration(absl::Trunc(duration, absl::Microseconds(1)));
}

absl::Duration Span(const google::protobuf::Timestamp& from,
                    const google::protobuf::Timestamp& to) {
  return absl::Nanoseconds(TimeUtil::DurationToNanoseconds(to - from));
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

int Run(int calls) {
  const auto stack = StartBenchStack();
  const auto floor = OpenFloor(*stack, CallFloor::kMostSeats);
  std::vector<std::string> seats;
  for (int i = 0; i < CallFloor::kMostSeats; ++i) {
    floor->phones()[i]->SetPlan({.talk = absl::Milliseconds(100)});
    seats.push_back(CallFloor::SeatId(i));
  }
  Staff staff(floor->client(), seats);
  const auto ready = [](const demo::AreaView& view) {
    return view.CountSeats(router::v1::Seat::STATE_READY) > 0;
  };
  std::vector<absl::Duration> answers;
  const auto before = ReadUsage(*stack);
  for (int i = 0; i < calls; ++i) {
    Require(floor->watch().Wait(kWait, ready), "a seat is ready");
    const auto call = floor->CallDeaf();
    Require(call != nullptr && call->WaitEnded(kWait), "the seat answers and hangs up");
    const robot::CallReport report = call->report();
    Require(report.answer_time.has_value(), "the hotline answers");
    answers.push_back(robot::Between(report.invite_time, *report.answer_time));
  }
  std::vector<absl::Duration> offers;
  const auto count = static_cast<size_t>(calls);
  Require(floor->watch().Wait(
              kWait, [count](const demo::AreaView& view) { return view.ended.size() >= count; }),
          "every call has a record");
  for (const auto& [id, record] : floor->watch().view().ended) {
    if (record.legs_size() < 2) continue;
    offers.push_back(Span(record.request().request_time(), record.legs(1).invite_time()));
  }
  const absl::Duration p50 = Quantile(answers, 0.5) + Quantile(offers, 0.5);
  std::printf("%-36s %10s %10s\n", "", "p50", "p99");
  std::printf("%-36s %10s %10s\n", "caller's INVITE to 200", Text(Quantile(answers, 0.5)).c_str(),
              Text(Quantile(answers, 0.99)).c_str());
  std::printf("%-36s %10s %10s\n", "end of notice to seat's INVITE",
              Text(Quantile(offers, 0.5)).c_str(), Text(Quantile(offers, 0.99)).c_str());
  std::printf("sum of the p50: %s, aim at most %s\n", Text(p50).c_str(), Text(kAim).c_str());
  std::printf("CPU a call (1 s of notice and its audio included):\n");
  PrintCpu(*stack, before, calls);
  return 0;
}

}  // namespace
}  // namespace hotline::test

int main(int argc, char** argv) {
  return hotline::test::Run(argc > 1 ? std::atoi(argv[1]) : 200);
}
