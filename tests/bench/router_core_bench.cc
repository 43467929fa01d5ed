// What one Step of the router core costs, by seats and waiting calls.
//
//   router_core_bench [--benchmark_filter=…]
//
// Busy: every seat talks and `waiting` callers wait. One round is four events: a talk ends (the
// freed seat is matched with the best caller in the same Step), the offer is answered, a new caller
// asks, a console sends a heartbeat. Idle: nobody waits and every seat is ready; a round is a call
// from asking to its end. With 20 topics each call needs one of them and each seat has five.
//
// At the end the growth of the cost from the smallest to the largest area is printed.
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

#include "benchmark/benchmark.h"
#include "router/core/router.h"

namespace hotline::router {
namespace {

constexpr int kTopicsOfSeat = 5;
constexpr absl::Duration kStep = absl::Milliseconds(1);

struct Size {
  int seats = 0;
  int waiting = 0;
  int topics = 1;
};

AreaConfig BenchArea() {
  AreaConfig area{.id = "bench", .max_calls = 1'000'000};
  QueueConfig queue{.id = "legal"};
  queue.wrap_up = absl::ZeroDuration();
  queue.max_wait = queue.escalate_after = absl::Hours(10'000);
  queue.max_waiting = 1'000'000;
  area.queues.push_back(queue);
  return area;
}

std::string Topic(int i) {
  return absl::StrCat("topic-", i);
}

class World {
 public:
  explicit World(Size size) : size_(size), router_(BenchArea()) {
    Step(NodeAnnounced{.node = node_});
    for (int i = 0; i < size.seats; ++i) {
      SeatProfile profile{
          .seat = Seat(i), .agent = Seat(i), .extension = "8000", .queues = {"legal"}};
      for (int t = 0; t < kTopicsOfSeat; ++t)
        profile.skills.push_back({Topic((i + t) % size.topics), 3});
      Step(SeatSignedIn{profile, true, absl::Hours(10)});
    }
  }

  /// Brings everybody to work and `waiting` callers into the line.
  void Fill() {
    while (talking_.size() < static_cast<size_t>(size_.seats)) Ask();
    for (int i = 0; i < size_.waiting; ++i) Ask();
  }

  void BusyRound() {
    End();
    Ask();
    Step(SeatHeartbeat{Seat(next_call_ % size_.seats)});
  }

  void IdleRound() {
    Ask();
    End();
  }

 private:
  static std::string Seat(int i) { return absl::StrCat("s", 10'000 + i); }

  void Ask() {
    CallRequest request{.call = CallId{static_cast<uint64_t>(++next_call_)},
                        .queue = "legal",
                        .arrive_time = now_,
                        .request_time = now_};
    if (size_.topics > 1) request.skills = {{Topic(next_call_ % size_.topics), 2}};
    Tell(CallQueued{std::move(request)});
  }

  void End() {
    CallEnded ended{.request = {.call = talking_.front()}};
    ended.facts.end_time = now_;
    talking_.pop_front();
    Tell(std::move(ended));
  }

  void Tell(decltype(NodeEvent::what) what) { Step(NodeEvent{node_, ++seq_, std::move(what)}); }

  void Step(const Event& event) {
    now_ += kStep;
    for (const Action& action : router_.Step(now_, event)) {
      if (const auto* offer = std::get_if<MakeOffer>(&action)) offers_.push_back(*offer);
    }
    while (!offers_.empty()) {
      const MakeOffer offer = std::move(offers_.front());
      offers_.pop_front();
      talking_.push_back(offer.call);
      Tell(OfferAnswered{offer.call, offer.offer});
    }
  }

  Size size_;
  Router router_;
  Node node_{"call-1", 1};
  absl::Time now_ = absl::FromUnixSeconds(1'772'413'200);
  uint64_t seq_ = 0;
  int next_call_ = 0;
  std::deque<MakeOffer> offers_;
  std::deque<CallId> talking_;
};

Size SizeOf(const benchmark::State& state) {
  return {static_cast<int>(state.range(0)), static_cast<int>(state.range(1)),
          static_cast<int>(state.range(2))};
}

void CountEvents(benchmark::State& state, int events_per_round) {
  state.counters["events"] =
      benchmark::Counter(events_per_round, benchmark::Counter::kIsIterationInvariantRate);
}

void BusyRound(benchmark::State& state) {
  World world(SizeOf(state));
  world.Fill();
  for (auto _ : state) world.BusyRound();
  CountEvents(state, 4);
}

void IdleRound(benchmark::State& state) {
  World world(SizeOf(state));
  for (auto _ : state) world.IdleRound();
  CountEvents(state, 3);
}

BENCHMARK(BusyRound)
    ->ArgNames({"seats", "waiting", "topics"})
    ->ArgsProduct({{100, 1'000, 10'000}, {100, 10'000, 100'000}, {1, 20}})
    ->MinTime(0.3);
BENCHMARK(IdleRound)
    ->ArgNames({"seats", "waiting", "topics"})
    ->ArgsProduct({{100, 1'000, 10'000}, {0}, {1, 20}})
    ->MinTime(0.3);

/// Prints the usual table and remembers the cost of each size.
class GrowthReporter : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs)
      cost_[run.run_name.function_name + "/" + run.run_name.args] = run.GetAdjustedCPUTime();
  }

  void PrintGrowth() const {
    for (const int topics : {1, 20}) {
      Print("100x the seats", Name("BusyRound", 100, 100, topics),
            Name("BusyRound", 10'000, 100, topics));
      Print("1000x the waiting calls", Name("BusyRound", 100, 100, topics),
            Name("BusyRound", 100, 100'000, topics));
      Print("both", Name("BusyRound", 100, 100, topics),
            Name("BusyRound", 10'000, 100'000, topics));
      Print("100x the idle seats", Name("IdleRound", 100, 0, topics),
            Name("IdleRound", 10'000, 0, topics));
    }
  }

 private:
  static std::string Name(const char* what, int seats, int waiting, int topics) {
    return absl::StrCat(what, "/seats:", seats, "/waiting:", waiting, "/topics:", topics);
  }

  void Print(const char* what, const std::string& small, const std::string& large) const {
    const auto a = cost_.find(small), b = cost_.find(large);
    if (a == cost_.end() || b == cost_.end()) return;
    std::printf("growth with %-24s %5.2fx   (%s)\n", what, b->second / a->second, large.c_str());
  }

  std::map<std::string, double> cost_;
};

}  // namespace
}  // namespace hotline::router

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  hotline::router::GrowthReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintGrowth();
  return 0;
}
