#include "router/core/matching/orders.h"

#include <algorithm>

#include "router/core/state/entities.h"

namespace hotline::router {
namespace {

constexpr int64_t kCrisisLead = int64_t{1} << 62;  // 146 years: more than any wait or clock error

}  // namespace

int64_t RankOf(Priority priority, absl::Time request_time, absl::Duration step) {
  const int steps = 3 - static_cast<int>(priority);
  // Clamped, so that no time, however wrong, overflows.
  const int64_t start =
      std::clamp<int64_t>(absl::ToUnixNanos(request_time - steps * step), 0, kCrisisLead - 1);
  return priority == Priority::kP0 ? start - kCrisisLead : start;
}

bool operator<(const SeatPlace& a, const SeatPlace& b) {
  if (a.ring != b.ring) return a.ring < b.ring;
  if (a.key != b.key) return a.key < b.key;
  if (a.ready_since != b.ready_since) return a.ready_since < b.ready_since;
  return a.seat->profile.seat < b.seat->profile.seat;
}

}  // namespace hotline::router
