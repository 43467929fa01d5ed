#include "router/sim/trial.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>

#include "router/sim/world/bounds.h"
#include "router/sim/world/engine.h"
#include "router/sim/world/timed_rings.h"

namespace hotline::sim {
namespace {

/// Steps timed at most: more say no more.
constexpr size_t kMostTimed = 200'000;

double ThreadCpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

class Stopwatch : public StepWatch {
 public:
  void Before() override { start_ = std::chrono::steady_clock::now(); }

  void After() override {
    if (micros_.size() == kMostTimed) return;
    const std::chrono::duration<double, std::micro> took =
        std::chrono::steady_clock::now() - start_;
    micros_.push_back(took.count());
  }

  StepTimes Times() {
    std::sort(micros_.begin(), micros_.end());
    return {Quantile(micros_, 0.5), Quantile(micros_, 0.99)};
  }

 private:
  std::chrono::steady_clock::time_point start_;
  std::vector<double> micros_;
};

std::vector<DayRun> RunAll(const std::vector<Day>& days, const Policy& policy) {
  if (!policy.timed_rings) return RunDays(days, policy.routing);
  std::vector<DayRun> runs;
  for (const Day& day : days) runs.push_back(RunTimedRings(day, *policy.timed_rings));
  return runs;
}

double HindsightRate(const std::vector<Day>& days) {
  double offered = 0;
  double connected = 0;
  for (const Day& day : days) {
    offered += static_cast<double>(day.first_attempts());
    connected += HindsightConnected(day);
  }
  return offered > 0 ? connected / offered : 0;
}

}  // namespace

TrialResult RunTrial(const Trial& trial, int threads,
                     const std::function<void(int done)>& progress) {
  TrialResult result;
  const auto count = static_cast<size_t>(trial.replications);
  result.policies.resize(trial.policies.size());
  for (PolicyResult& p : result.policies) p.replications.resize(count);
  result.hindsight_connect_rate.resize(trial.hindsight ? count : 0);
  std::vector<std::vector<double>> cpu(count, std::vector<double>(trial.policies.size()));

  std::atomic<size_t> next = 0;
  std::atomic<int> done = 0;
  const auto work = [&] {
    for (size_t r = next++; r < count; r = next++) {
      const std::vector<Day> days = trial.draw(r);
      for (size_t p = 0; p < trial.policies.size(); ++p) {
        FigureBuilder builder(trial.cap);
        const double start = ThreadCpuSeconds();
        const std::vector<DayRun> runs = RunAll(days, trial.policies[p]);
        cpu[r][p] = ThreadCpuSeconds() - start;
        for (size_t d = 0; d < days.size(); ++d) builder.Add(days[d], runs[d]);
        result.policies[p].replications[r] = builder.Finish();
      }
      if (trial.hindsight) result.hindsight_connect_rate[r] = HindsightRate(days);
      progress(++done);
    }
  };
  std::vector<std::thread> pool;
  for (int i = 1; i < std::min<int>(threads, trial.replications); ++i) pool.emplace_back(work);
  work();
  for (std::thread& t : pool) t.join();

  const std::vector<Day> days = trial.draw(0);
  for (size_t p = 0; p < trial.policies.size(); ++p) {
    for (size_t r = 0; r < count; ++r) result.policies[p].cpu_seconds += cpu[r][p];
    if (trial.policies[p].timed_rings) continue;
    Stopwatch watch;
    RunDays({days[0]}, trial.policies[p].routing, &watch);
    result.policies[p].step_times = watch.Times();
  }
  return result;
}

}  // namespace hotline::sim
