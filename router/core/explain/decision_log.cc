#include "router/core/explain/decision_log.h"

#include <algorithm>
#include <utility>

namespace hotline::router {

void DecisionLog::Add(Decision decision) {
  if (limit_ == 0) return;
  if (decisions_.size() == limit_) decisions_.pop_front();
  decisions_.push_back(std::move(decision));
}

std::vector<Decision> DecisionLog::Of(CallId call) const {
  std::vector<Decision> found;
  for (auto it = decisions_.rbegin(); it != decisions_.rend() && found.size() < kMaxOfCall; ++it) {
    if (it->call == call) found.push_back(*it);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace hotline::router
