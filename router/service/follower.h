// A stand-by's eyes: loads snapshot and journal, follows the journal, watches the lease, and takes
// over when it is free.
//
//   loading ──► catching up ──► following ──► lease free ──► taking over ──► on_active
//      ▲                          │      └──► Redis emptied: waits a grace, so that the active
//      │                          │           router, which has the truth in memory, comes first
//      └── a gap, or another's ◄──┘
//          epoch after a loss
//
// Lives on the strand. One object per stand-by phase.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"

#include "router/redis/journal_store.h"
#include "router/redis/journal_tail.h"

namespace boost::asio {
class io_context;
}

namespace hotline::router {

class Follower {
 public:
  struct Hooks {
    /// Start from this snapshot (perhaps none), forgetting all else.
    std::function<absl::Status(const Loaded&)> on_load;
    /// Apply the next entry.
    std::function<absl::Status(const TailEntry&)> on_entry;
    /// All there is has been applied; the core is warm. May come again after a reload.
    std::function<void()> on_warm;
    /// The area is ours under `epoch`; all up to `seq` has been applied. The follower has stopped.
    std::function<void(uint64_t epoch, uint64_t seq, bool redis_was_emptied)> on_active;
  };

  /// `address` is for a connection of its own, because following blocks it.
  Follower(boost::asio::io_context& io, redis::Connection& connection,
           redis::ConnectionOptions address, JournalStore& store, Hooks hooks);
  ~Follower();

  /// Starts to load as soon as the link is up. `last_epoch` is the highest this process has seen.
  void Start(uint64_t last_epoch);
  void Stop();
  /// The link of the shared connection came up (OK) or went down.
  void OnLink(const absl::Status& status);

  /// The highest epoch seen.
  uint64_t epoch() const;
  /// The last entry applied.
  uint64_t seq() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace hotline::router
