#include "services/ticket/service/watch_hub.h"

#include <algorithm>
#include <utility>

namespace hotline::ticket {

bool WatchHub::Add(std::shared_ptr<TicketWatcher> watcher) {
  const std::lock_guard lock(mutex_);
  if (watchers_.size() >= kMaxWatchers) return false;
  watchers_.push_back(std::move(watcher));
  return true;
}

void WatchHub::Remove(const TicketWatcher* watcher) {
  std::shared_ptr<TicketWatcher> last;  // goes after the lock
  const std::lock_guard lock(mutex_);
  const auto it = std::find_if(watchers_.begin(), watchers_.end(),
                               [&](const auto& other) { return other.get() == watcher; });
  if (it == watchers_.end()) return;
  last = std::move(*it);
  watchers_.erase(it);
}

void WatchHub::Tell(const v1::Ticket& ticket) {
  const std::lock_guard lock(mutex_);
  if (watchers_.empty()) return;
  v1::WatchTicketsResponse message;
  *message.mutable_ticket() = ticket;
  std::erase_if(watchers_, [&](const auto& watcher) { return !watcher->Send(message); });
}

}  // namespace hotline::ticket
