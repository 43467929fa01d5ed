// Whether this router rules the area: its link to Redis, the lease it waits for, wins, loses and
// gives back. It keeps the replica warm while it stands by and holds the pen while it is active.
//
//   Connect ──► recovering ──► standing by ──────► active ───────────┐
//               (our earlier     ▲  (Follower)      (JournalWriter)  │ Release
//               run's spool)     └── fenced ────────────┘            ▼
//               Retire: a stand-by just stops; who is active writes and then releases ──► left
//
// Lives on the strand.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include <boost/asio/steady_timer.hpp>

#include "router/redis/journal_store.h"
#include "router/service/follower.h"
#include "router/service/journal_writer.h"
#include "router/service/replica.h"
#include "services/redis/connection.h"
#include "services/runtime/spool.h"

namespace hotline::router {

class Tenure {
 public:
  struct Options {
    redis::ConnectionOptions redis;
    JournalStore::Options store;
    std::string spool_file;  ///< empty: none
    uint64_t snapshot_every = 0;
  };

  /// What the strand hears.
  struct Hooks {
    /// We stand by, from the start or because another router rules; the core has been emptied.
    std::function<void()> on_standby;
    /// The replica was loaded anew.
    std::function<void()> on_reload;
    /// The active router's entry was replayed.
    std::function<void(Changes&&)> on_replayed;
    /// The replica has all there is. May come again.
    std::function<void()> on_warm;
    /// The lease is ours: from now on active() and writer().
    std::function<void()> on_active;
    /// Redis was emptied; we rule on under the replica's new epoch.
    std::function<void()> on_epoch;
    std::function<void(bool)> on_spooling;
  };

  Tenure(boost::asio::io_context& io, Options options, Replica& replica,
         JournalWriter::Numbers numbers, Hooks hooks);

  /// Opens the spool. The only thing that may be called from outside the strand, before it runs.
  absl::Status OpenSpool();
  /// Starts to link to Redis, for as long as it takes, and then to stand by.
  void Connect();

  /// Seeks the lease no more. Who is active stays so until Release().
  void Retire();
  /// Writes what is under way and gives the lease back. Requires: active().
  void Release(std::function<void()> done);
  /// Ends at once, as if the process had been killed.
  void Stop();

  bool active() const { return active_; }

  bool spooling() const { return writer_ && writer_->spooling(); }

  /// Requires: active().
  JournalWriter& writer() { return *writer_; }

  const Keys& keys() const { return store_.keys(); }

 private:
  void OnLink(const absl::Status& status);
  void RecoverThenStandBy();
  void OnRecovered(const absl::Status& status);
  void StandBy();
  void Activate(uint64_t epoch, uint64_t seq, bool emptied);
  JournalWriter::Hooks WriterHooks();

  boost::asio::io_context& io_;
  const Options options_;
  const Hooks hooks_;
  const JournalWriter::Numbers numbers_;
  Replica& replica_;
  redis::Connection connection_;
  JournalStore store_;
  std::unique_ptr<Spool> spool_;
  std::vector<std::string> spooled_;  ///< of an earlier run, until Redis has said what of it counts
  boost::asio::steady_timer recovery_timer_;
  std::unique_ptr<Follower> follower_;
  std::unique_ptr<JournalWriter> writer_;
  std::optional<bool> link_up_;
  bool started_ = false, retired_ = false, active_ = false;
};

}  // namespace hotline::router
