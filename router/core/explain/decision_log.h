// The last decisions of an area. Not part of a snapshot: they decide nothing.
#pragma once

#include <deque>
#include <vector>

#include "router/core/explain/decision.h"

namespace hotline::router {

class DecisionLog {
 public:
  /// Keeps the last `limit`; none if 0.
  explicit DecisionLog(size_t limit) : limit_(limit) {}

  bool on() const { return limit_ > 0; }

  void Add(Decision decision);

  /// Returns those about `call`, oldest first.
  std::vector<Decision> Of(CallId call) const;

 private:
  size_t limit_;
  std::deque<Decision> decisions_;
};

}  // namespace hotline::router
