// The calls that ended lately, so that a record told twice is counted once.
#pragma once

#include <deque>

#include "absl/container/btree_set.h"

#include "services/base/ids.h"

namespace hotline::router {

class EndedCalls {
 public:
  /// As many as a call service keeps unacknowledged and may tell again: eight hours of a province's
  /// busiest day (300,000 calls).
  static constexpr size_t kMaxRemembered = 100'000;

  bool Contains(CallId call) const { return known_.contains(call); }

  /// Forgets the oldest beyond the limit.
  void Add(CallId call) {
    if (!known_.insert(call).second) return;
    order_.push_back(call);
    if (order_.size() <= kMaxRemembered) return;
    known_.erase(order_.front());
    order_.pop_front();
  }

  const std::deque<CallId>& in_order() const { return order_; }

 private:
  std::deque<CallId> order_;
  absl::btree_set<CallId> known_;
};

}  // namespace hotline::router
