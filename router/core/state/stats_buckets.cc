#include "router/core/state/stats_buckets.h"

#include <algorithm>

namespace hotline::router {
namespace {

int64_t QuarterOf(absl::Time t) {
  return absl::ToUnixSeconds(t) / absl::ToInt64Seconds(StatsBuckets::kQuarter);
}

absl::Time StartOf(int64_t quarter) {
  return absl::FromUnixSeconds(quarter * absl::ToInt64Seconds(StatsBuckets::kQuarter));
}

void Add(AreaStats& sum, const StatsBuckets::Bucket& b) {
  sum.offered += b.offered;
  sum.answered += b.answered;
  sum.escalated_answered += b.escalated_answered;
  sum.abandoned += b.abandoned;
  sum.failed += b.failed;
  sum.not_requested += b.not_requested;
  for (int i = 0; i < kTelephonyResultCount; ++i) sum.results[i] += b.results[i];
  sum.answered_in_target += b.answered_in_target;
  sum.total_wait += b.total_wait;
  sum.longest_wait = std::max(sum.longest_wait, b.longest_wait);
}

}  // namespace

void StatsBuckets::Advance(absl::Time now) {
  const int64_t quarter = QuarterOf(now);
  if (quarter <= newest_) return;
  newest_ = quarter;
  buckets_.erase(buckets_.begin(), buckets_.upper_bound(quarter - kMaxBuckets));
}

StatsBuckets::Bucket* StatsBuckets::Of(absl::Time arrive_time) {
  const int64_t quarter = std::min(QuarterOf(arrive_time), newest_);
  return quarter > newest_ - kMaxBuckets ? &buckets_[quarter] : nullptr;
}

void StatsBuckets::Offered(absl::Time arrive_time) {
  if (Bucket* b = Of(arrive_time)) ++b->offered;
}

void StatsBuckets::Answered(absl::Time arrive_time, TargetKind by, absl::Duration wait,
                            bool in_target) {
  Bucket* b = Of(arrive_time);
  if (b == nullptr) return;
  ++(by == TargetKind::kSeat ? b->answered : b->escalated_answered);
  if (in_target) ++b->answered_in_target;
  b->total_wait += wait;
  b->longest_wait = std::max(b->longest_wait, wait);
}

void StatsBuckets::Ended(const Counted& call, TelephonyResult result) {
  Bucket* b = Of(call.arrive_time);
  if (b == nullptr) return;
  ++b->results[static_cast<int>(result) - 1];
  if (!IsRequested(result)) {
    ++b->not_requested;
    if (call.offered) --b->offered;
    return;
  }
  if (!call.offered) ++b->offered;
  if (call.answered) {
    if (result == TelephonyResult::kT01 && !call.in_target) ++b->answered_in_target;
    if (result != TelephonyResult::kT01 && call.in_target) --b->answered_in_target;
    return;
  }
  ++(IsAbandoned(result) ? b->abandoned : b->failed);
}

AreaStats StatsBuckets::Since(absl::Time from, absl::Time now) const {
  const int64_t first =
      std::clamp(QuarterOf(from), QuarterOf(now - absl::Hours(24)), QuarterOf(now));
  return Sum(first, QuarterOf(now) + 1);
}

AreaStats StatsBuckets::Between(absl::Time from, absl::Time until) const {
  return Sum(QuarterOf(from), QuarterOf(until));
}

AreaStats StatsBuckets::Sum(int64_t first, int64_t end) const {
  AreaStats sum;
  sum.start_time = StartOf(first);
  for (auto it = buckets_.lower_bound(first); it != buckets_.end() && it->first < end; ++it) {
    Add(sum, it->second);
  }
  sum.open = sum.offered - sum.answered - sum.escalated_answered - sum.abandoned - sum.failed;
  return sum;
}

}  // namespace hotline::router
