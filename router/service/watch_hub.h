// Tells all who watch the area what changed: everything first, then changes, gathered for a moment
// so that a busy area costs its watchers tens of messages a second and not thousands.
//
// Lives on the strand.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "absl/time/time.h"

#include "router/core/router.h"
#include "router/service/changes.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::router {

/// Somebody who watches.
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Takes a message; never blocks. Returns false if it will take no more.
  virtual bool Send(v1::WatchAreaResponse message) = 0;
};

class WatchHub {
 public:
  /// A message is closed when it is larger than this; the rest goes into the next. Half of what a
  /// client takes, so that the last thing put in always fits.
  static constexpr size_t kMessageBytes = 128 << 10;

  /// What the strand says of itself.
  struct Sources {
    std::function<v1::GetAreaResponse()> area;     ///< role, epoch and flags
    std::function<std::vector<SeatView>()> seats;  ///< all, also those nobody has signed in to
  };

  explicit WatchHub(Sources sources) : sources_(std::move(sources)) {}

  /// Sends everything to `watcher`, then changes until it is gone.
  void Add(std::shared_ptr<Watcher> watcher, const Router& core, absl::Time now);
  void Remove(const Watcher* watcher);

  /// Remembers what changed for the next Flush().
  void Note(Changes&& changes);

  /// The next Flush sends everything again, because what was known is void (role, epoch, reload).
  void NoteAll() { all_ = true; }

  size_t watching() const { return watchers_.size(); }

  bool dirty() const { return !watchers_.empty() && (all_ || !changes_.empty()); }

  void Flush(const Router& core, absl::Time now);

 private:
  struct Entry {
    std::shared_ptr<Watcher> watcher;
    uint64_t revision = 0;
  };

  std::vector<v1::WatchAreaResponse> Everything(const Router& core, absl::Time now) const;
  std::vector<v1::WatchAreaResponse> Changed(const Router& core, absl::Time now) const;
  void Stamp(std::vector<v1::WatchAreaResponse>& messages, const Router& core,
             absl::Time now) const;
  static bool SendAll(Entry& entry, const std::vector<v1::WatchAreaResponse>& messages);

  const Sources sources_;
  std::vector<Entry> watchers_;
  Changes changes_;
  bool all_ = false;
};

}  // namespace hotline::router
