// The active router's pen: every batch goes to the journal before it is acted on.
//
//            Open                 a commit fails, or Redis lost data
//   closed ────────► writing ───────────────────────────────────────► spooling ─┐ try again: every
//      ▲               ▲                                                │  ▲    │ kRetryPause, or
//      when │               └── same epoch: the missing entries; emptied: ───┘  └────┘ the link is
//      up │                   a new epoch; then everything is restored └── fenced: another router
//      rules; on_fenced
//
// Writing: entries are pipelined, confirmed in order. Spooling: entries go to the local spool file,
// batches are confirmed at once, and Redis gets them later. Lives on the strand.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "router/redis/journal_store.h"
#include "services/runtime/metrics.h"
#include "services/runtime/spool.h"

namespace boost::asio {
class io_context;
}

namespace hotline::router {

class JournalWriter {
 public:
  /// Entries without a confirmation from Redis that are kept for it during an outage. Beyond it the
  /// snapshot alone tells what happened; the spool file still has them until then.
  static constexpr size_t kMaxBacklog = 2000;
  static constexpr absl::Duration kRetryPause = absl::Milliseconds(100);

  /// What the writer asks of the strand. The state is always the one after the last appended entry.
  struct Hooks {
    std::function<std::string()> snapshot;
    std::function<Projection(bool with_ended)> everything;
    std::function<void(uint64_t epoch)>
        on_epoch;                     ///< Redis was emptied; we rule on under a new epoch
    std::function<void()> on_fenced;  ///< another rules; the writer is closed
    std::function<void(bool)> on_spooling;
  };

  struct Numbers {
    Histogram commit_seconds;
    Counter fenced;
    Counter spooled;
    Counter spool_failures;
  };

  /// `spool` may be null: then an outage loses nothing but what the process would lose if it died
  /// in it.
  JournalWriter(boost::asio::io_context& io, JournalStore& store, Spool* spool,
                uint64_t snapshot_every, Hooks hooks, Numbers numbers);
  ~JournalWriter();

  /// Starts to write under `epoch` after entry `seq`, with a snapshot and the whole projection
  /// first.
  void Open(uint64_t epoch, uint64_t seq, bool redis_was_emptied);
  /// Stops at once, as if the process had been killed; confirmations still due come as ABORTED.
  void Abandon();
  /// Writes what is under way, gives the lease back, closes, then calls `done`.
  void Release(std::function<void()> done);

  uint64_t next_seq() const;
  uint64_t epoch() const;
  bool spooling() const;
  /// Batches appended and not confirmed.
  size_t unconfirmed() const;

  /// Appends the entry next_seq(). `done` comes in order: OK when the entry is in the journal or
  /// spooled, ABORTED when another router rules.
  void Append(std::string bytes, Projection projection, std::function<void(absl::Status)> done);

  /// The link to Redis came up (OK) or went down.
  void OnLink(const absl::Status& status);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace hotline::router
