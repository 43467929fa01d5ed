#include "router/core/explain/decision_log.h"

#include <utility>

namespace hotline::router {

void DecisionLog::Add(Decision decision) {
  if (limit_ == 0) return;
  if (decisions_.size() == limit_) decisions_.pop_front();
  decisions_.push_back(std::move(decision));
}

std::vector<Decision> DecisionLog::Of(CallId call) const {
  std::vector<Decision> found;
  for (const Decision& decision : decisions_) {
    if (decision.call == call) found.push_back(decision);
  }
  return found;
}

}  // namespace hotline::router
