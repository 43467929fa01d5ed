#include "services/call/router/allegiance.h"

#include <utility>

namespace hotline::call {
namespace v1 = router::v1;

Allegiance::Verdict Allegiance::Judge(size_t router, const v1::AttachResponse& message) {
  if (message.has_status()) return JudgeStatus(router, message.epoch(), message.status().role());
  if (message.epoch() < epoch_ || followed_ != router) return Refuse();
  return Verdict::kObey;
}

Allegiance::Verdict Allegiance::JudgeStatus(size_t router, uint64_t epoch,
                                            v1::RouterStatus::Role role) {
  View& view = routers_[router];
  view.role = role;
  view.epoch = epoch;
  if (role != v1::RouterStatus::ROLE_ACTIVE) {
    if (followed_ != router) return Verdict::kIgnore;
    followed_.reset();
    return Verdict::kUnfollow;
  }
  if (epoch < epoch_) return Refuse();
  if (followed_ == router && epoch == epoch_) return Verdict::kIgnore;
  followed_ = router;
  epoch_ = epoch;
  return Verdict::kFollow;
}

Allegiance::Verdict Allegiance::Refuse() {
  ++refused_;
  return Verdict::kRefuse;
}

void Allegiance::Connected(size_t router) {
  routers_[router].connected = true;
}

bool Allegiance::Disconnected(size_t router) {
  routers_[router] = {};
  if (followed_ != router) return false;
  followed_.reset();
  return true;
}

}  // namespace hotline::call
