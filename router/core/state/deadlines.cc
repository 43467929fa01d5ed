#include "router/core/state/deadlines.h"

namespace hotline::router {

bool DeadlineIndex::Earlier::operator()(const Entry& a, const Entry& b) const {
  if (a.at != b.at) return a.at < b.at;
  if (a.alarm->kind() != b.alarm->kind()) return a.alarm->kind() < b.alarm->kind();
  if (a.alarm->is_numbered()) return a.alarm->number() < b.alarm->number();
  return a.alarm->name() < b.alarm->name();
}

void DeadlineIndex::Set(Alarm& alarm, absl::Time at) {
  if (alarm.at_ == at) return;
  if (alarm.at_ != absl::InfiniteFuture()) due_.erase(Entry{alarm.at_, &alarm});
  alarm.at_ = at;
  if (at != absl::InfiniteFuture()) due_.insert(Entry{at, &alarm});
}

}  // namespace hotline::router
