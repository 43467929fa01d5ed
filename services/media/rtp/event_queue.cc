#include "services/media/rtp/event_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hotline::media {

EventQueue::EventQueue(Sink sink) : sink_(std::move(sink)) {
  waiting_.reserve(kMaxWaiting);
  thread_ = std::thread(&EventQueue::Run, this);
}

EventQueue::~EventQueue() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

size_t EventQueue::Tell(std::vector<EngineEvent>& events) {
  if (events.empty()) return 0;
  size_t taken = 0;
  {
    std::lock_guard lock(mutex_);
    taken = std::min(events.size(), kMaxWaiting - waiting_.size());
    std::move(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(taken),
              std::back_inserter(waiting_));
  }
  changed_.notify_one();
  const size_t dropped = events.size() - taken;
  events.clear();
  return dropped;
}

void EventQueue::Retire(std::unique_ptr<Leg> leg) {
  {
    std::lock_guard lock(mutex_);
    retired_.push_back(std::move(leg));
  }
  changed_.notify_one();
}

void EventQueue::Run() {
  std::vector<EngineEvent> events;
  events.reserve(kMaxWaiting);
  std::vector<std::unique_ptr<Leg>> legs;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty() || !retired_.empty(); });
    if (stopping_ && waiting_.empty() && retired_.empty()) return;
    events.swap(waiting_);
    legs.swap(retired_);
    lock.unlock();
    for (const EngineEvent& event : events) sink_(event);
    events.clear();
    legs.clear();
    lock.lock();
  }
}

}  // namespace hotline::media
