// The last decisions of an area. Not part of a snapshot: they decide nothing.
#pragma once

#include <deque>
#include <vector>

#include "router/core/explain/decision.h"

namespace hotline::router {

class DecisionLog {
 public:
  /// The most that Of() returns.
  static constexpr size_t kMaxOfCall = 100;

  /// Keeps the last `limit`; none if 0.
  explicit DecisionLog(size_t limit) : limit_(limit) {}

  bool on() const { return limit_ > 0; }

  void Add(Decision decision);

  /// Returns the last ones about `call`, oldest first.
  std::vector<Decision> Of(CallId call) const;

 private:
  size_t limit_;
  std::deque<Decision> decisions_;
};

}  // namespace hotline::router
