// Tells all who watch of each ticket that changes. A reader that falls behind is cut off, so that
// it costs neither memory nor the others' time.
//
// Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "hotline/ticket/v1/ticket_service.pb.h"

namespace hotline::ticket {

/// Somebody who watches.
class TicketWatcher {
 public:
  virtual ~TicketWatcher() = default;
  /// Takes a message; never blocks. Returns false if it will take no more.
  virtual bool Send(const v1::WatchTicketsResponse& message) = 0;
};

class WatchHub {
 public:
  static constexpr size_t kMaxWatchers = 64;
  /// Messages that may wait for one reader.
  static constexpr size_t kBacklog = 1'000;

  /// Returns false if too many watch already.
  bool Add(std::shared_ptr<TicketWatcher> watcher);
  void Remove(const TicketWatcher* watcher);
  void Tell(const v1::Ticket& ticket);

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<TicketWatcher>> watchers_;  ///< guarded
};

}  // namespace hotline::ticket
