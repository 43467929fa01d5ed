#include "services/runtime/clock.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <utility>

#include "absl/time/clock.h"

namespace hotline {
namespace {

class SteadyClock {
 public:
  SteadyClock(Clock wall, std::function<absl::Duration()> monotonic)
      : wall_(std::move(wall)),
        monotonic_(std::move(monotonic)),
        now_(wall_()),
        read_at_(monotonic_()) {}

  absl::Time Now() {
    const std::lock_guard lock(mutex_);
    const absl::Duration read_at = monotonic_();
    const absl::Duration passed = std::max(read_at - read_at_, absl::ZeroDuration());
    read_at_ = std::max(read_at, read_at_);
    now_ += passed;
    // The bound is below `passed`, so even the largest correction leaves time running forwards.
    const absl::Duration bound = passed * kMaxClockSlew;
    now_ += std::clamp(wall_() - now_, -bound, bound);
    return now_;
  }

 private:
  const Clock wall_;
  const std::function<absl::Duration()> monotonic_;
  std::mutex mutex_;
  absl::Time now_;
  absl::Duration read_at_;
};

}  // namespace

Clock MakeSteadyClock() {
  return MakeSteadyClock(
      [] { return absl::Now(); },
      [] { return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch()); });
}

Clock MakeSteadyClock(Clock wall, std::function<absl::Duration()> monotonic) {
  auto clock = std::make_shared<SteadyClock>(std::move(wall), std::move(monotonic));
  return [clock] {
    return clock->Now();
  };
}

}  // namespace hotline
