#include "router/service/watch_hub.h"

#include <algorithm>
#include <utility>

#include "router/service/convert/views.h"

namespace hotline::router {
namespace {

/// Fills messages one after the other.
class Packer {
 public:
  template <class Adder, class T>
  void Add(Adder adder, const T& item) {
    if (messages_.empty() || bytes_ > WatchHub::kMessageBytes) {
      messages_.emplace_back();
      bytes_ = 0;
    }
    auto* added = (messages_.back().*adder)();
    *added = item;
    bytes_ += added->ByteSizeLong();
  }

  std::vector<v1::WatchAreaResponse> Take() {
    if (messages_.empty()) messages_.emplace_back();
    return std::move(messages_);
  }

 private:
  std::vector<v1::WatchAreaResponse> messages_;
  size_t bytes_ = 0;  ///< of the last message, about
};

using Message = v1::WatchAreaResponse;
constexpr v1::Seat* (Message::*kSeat)() = &Message::add_seats;
constexpr v1::Queue* (Message::*kQueue)() = &Message::add_queues;
constexpr v1::Station* (Message::*kStation)() = &Message::add_stations;
constexpr v1::Call* (Message::*kCall)() = &Message::add_calls;
constexpr v1::CallRecord* (Message::*kEnded)() = &Message::add_ended;

}  // namespace

void WatchHub::Add(std::shared_ptr<Watcher> watcher, const Router& core, absl::Time now) {
  // What is pending belongs to the others: this one sees it in its full picture.
  Flush(core, now);
  Entry entry{std::move(watcher)};
  if (SendAll(entry, Everything(core, now))) watchers_.push_back(std::move(entry));
}

void WatchHub::Remove(const Watcher* watcher) {
  std::erase_if(watchers_, [&](const Entry& entry) { return entry.watcher.get() == watcher; });
}

void WatchHub::Note(Changes&& changes) {
  if (!watchers_.empty()) MergeChanges(std::move(changes), changes_);
}

void WatchHub::Flush(const Router& core, absl::Time now) {
  if (dirty()) {
    const auto messages = all_ ? Everything(core, now) : Changed(core, now);
    std::erase_if(watchers_, [&](Entry& entry) { return !SendAll(entry, messages); });
  }
  changes_ = {};
  all_ = false;
}

std::vector<v1::WatchAreaResponse> WatchHub::Everything(const Router& core, absl::Time now) const {
  Packer packer;
  for (const auto& queue : core.queues(now)) packer.Add(kQueue, ToProto(queue));
  for (const auto& station : core.stations(now)) packer.Add(kStation, ToProto(station));
  for (const auto& seat : sources_.seats()) packer.Add(kSeat, ToProto(seat));
  for (const auto& call : core.calls()) packer.Add(kCall, ToProto(call, now));
  auto messages = packer.Take();
  messages.front().set_full(true);
  Stamp(messages, core, now);
  return messages;
}

std::vector<v1::WatchAreaResponse> WatchHub::Changed(const Router& core, absl::Time now) const {
  Packer packer;
  for (const auto& id : changes_.queues) {
    if (const auto queue = core.FindQueue(id, now)) packer.Add(kQueue, ToProto(*queue));
  }
  for (const auto& id : changes_.stations) {
    if (const auto station = core.FindStation(id, now)) packer.Add(kStation, ToProto(*station));
  }
  for (const auto& id : changes_.seats) {
    if (const auto seat = core.FindSeat(id)) packer.Add(kSeat, ToProto(*seat));
  }
  for (const CallId id : changes_.calls) {
    if (const auto call = core.FindCall(id)) packer.Add(kCall, ToProto(*call, now));
  }
  for (const auto& record : changes_.ended) packer.Add(kEnded, record);
  auto messages = packer.Take();
  Stamp(messages, core, now);
  return messages;
}

/// Every message says when it was sent; the last one carries the figures.
void WatchHub::Stamp(std::vector<v1::WatchAreaResponse>& messages, const Router& core,
                     absl::Time now) const {
  for (auto& message : messages) *message.mutable_time() = ToProto(now);
  *messages.back().mutable_stats() = ToProto(core.StatsSince(now - absl::Hours(24), now));
  *messages.front().mutable_area() = sources_.area();
}

bool WatchHub::SendAll(Entry& entry, const std::vector<v1::WatchAreaResponse>& messages) {
  for (const auto& message : messages) {
    auto copy = message;
    copy.set_revision(++entry.revision);
    if (!entry.watcher->Send(std::move(copy))) return false;
  }
  return true;
}

}  // namespace hotline::router
