// The quarter-hour buckets behind AreaStats. A call is counted in the quarter in which it arrived;
// one that arrived longer ago than the buckets reach is not counted.
#pragma once

#include "absl/container/btree_map.h"
#include "absl/time/time.h"

#include "router/core/stats.h"
#include "router/core/types.h"

namespace hotline::router {

class StatsBuckets {
 public:
  /// 24 hours, and the quarter that has begun.
  static constexpr int kMaxBuckets = 97;
  static constexpr absl::Duration kQuarter = absl::Minutes(15);

  /// What the router has counted of a call so far.
  struct Counted {
    absl::Time arrive_time;
    bool offered = false;
    bool answered = false;
    bool in_target =
        false;  ///< by the router's own clock; the result, by the record's, corrects it
  };

  /// Makes room for `now`: drops the buckets that are too old.
  void Advance(absl::Time now);

  void Offered(absl::Time arrive_time);
  void Answered(absl::Time arrive_time, TargetKind by, absl::Duration wait, bool in_target);
  /// Counts the result; what a call that came unannounced has skipped is made up for.
  void Ended(const Counted& call, TelephonyResult result);

  /// See Router::StatsSince.
  AreaStats Since(absl::Time from, absl::Time now) const;
  /// See Router::StatsBetween.
  AreaStats Between(absl::Time from, absl::Time until) const;

  /// One quarter's counts; `open` is derived in Since().
  struct Bucket {
    uint64_t offered = 0;
    uint64_t answered = 0;
    uint64_t escalated_answered = 0;
    uint64_t abandoned = 0;
    uint64_t failed = 0;
    uint64_t not_requested = 0;
    std::array<uint64_t, kTelephonyResultCount> results{};
    uint64_t answered_in_target = 0;
    absl::Duration total_wait;
    absl::Duration longest_wait;
  };

  /// For the snapshot: quarters since 1970 and their counts; the newest quarter ever seen.
  absl::btree_map<int64_t, Bucket>& buckets() { return buckets_; }

  const absl::btree_map<int64_t, Bucket>& buckets() const { return buckets_; }

  int64_t newest() const { return newest_; }

  void set_newest(int64_t quarter) { newest_ = quarter; }

 private:
  Bucket* Of(absl::Time arrive_time);
  /// The quarters first … end-1.
  AreaStats Sum(int64_t first, int64_t end) const;

  absl::btree_map<int64_t, Bucket> buckets_;
  int64_t newest_ = 0;
};

}  // namespace hotline::router
