// The strand: one thread that owns an area's core, and the loop around it.
//
//   commands ─► queue ─► batch: Step each, journal all in one entry ─► then send the actions and
//   answers
//
// While a commit is under way the next commands gather; so load makes batches larger, not slower.
// What it knows is its Replica; whether it decides or stands by is its Tenure's business.
//
// Everything but the constructor, Start, Stop and Post runs on the strand's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "router/core/router.h"
#include "router/service/ended_ring.h"
#include "router/service/node_sessions.h"
#include "router/service/watch_hub.h"
#include "services/redis/connection.h"
#include "services/runtime/clock.h"
#include "services/runtime/metrics.h"

#include "hotline/router/v1/area_service.pb.h"
#include "hotline/router/v1/journal.pb.h"

namespace hotline::router {

struct StrandOptions {
  AreaConfig area;
  std::vector<SeatProfile> seats;  ///< the area's, without agents
  std::string name;                ///< the router's, for people
  std::string owner;               ///< names this run of it, for the fence
  redis::ConnectionOptions redis;
  absl::Duration lease = absl::Milliseconds(1500);
  std::string spool_file;  ///< empty: none
  uint64_t snapshot_every = 5000;
  size_t pipeline_depth = 2;  ///< batches in the journal's hands at once
  Clock clock = MakeSteadyClock();
};

/// An event that somebody wants applied.
struct Command {
  v1::JournalEvent event;
  /// A person's command is answered with what Check() says, and known by its request_id.
  bool by_person = false;
  /// OK when journalled and carried out.
  std::function<void(absl::Status)> done;
};

class Strand {
 public:
  static constexpr size_t kMaxQueued = 20'000;  ///< commands; more are refused
  static constexpr size_t kMaxBatch = 128;
  /// Changes are gathered so long before watchers hear of them.
  static constexpr absl::Duration kWatchInterval = absl::Milliseconds(20);
  /// Acknowledgements are gathered so long: nobody waits for one, and each is a message.
  static constexpr absl::Duration kAckInterval = absl::Milliseconds(20);
  static constexpr absl::Duration kMetricsInterval = absl::Milliseconds(500);

  Strand(StrandOptions options, Metrics& metrics);
  /// As Stop().
  ~Strand();

  /// Opens the spool and starts the thread, which connects to Redis for as long as it takes.
  /// `on_warm` comes on the strand when the core is loaded. Returns: what Spool::Open says.
  absl::Status Start(std::function<void()> on_warm);

  /// Takes no more commands, writes what it has, gives the lease back and tells the call services.
  /// Returns when that is done, or after `patience`.
  void Leave(absl::Duration patience);

  /// Ends the thread at once. Requires: nobody waits for a Post() any more.
  void Stop();

  /// Runs `task` on the strand; dropped after Stop.
  void Post(std::function<void()> task);

  /// Takes a command. Returns: UNAVAILABLE on a stand-by, RESOURCE_EXHAUSTED if too many wait,
  /// INVALID_ARGUMENT if the event cannot be read; `done` then never comes.
  absl::Status Submit(Command command);

  const Router& core() const;
  const EndedRing& ended() const;
  NodeSessions& nodes();
  WatchHub& watchers();
  v1::GetAreaResponse area() const;
  /// All seats by id: those the core knows, and the configured ones that nobody has signed in to
  /// yet.
  std::vector<SeatView> seats() const;
  absl::Time now() const;
  bool active() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotline::router
