// The area in this router's memory: the core, and what the journal tells besides it.
//
// The active router steps it before the journal has the entry, a stand-by after; both step through
// here, so both see the same. Pure but for the clock it is given; lives on the strand.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "router/core/router.h"
#include "router/redis/journal_store.h"
#include "router/redis/journal_tail.h"
#include "router/service/changes.h"
#include "router/service/ended_ring.h"
#include "router/service/request_memory.h"
#include "services/runtime/clock.h"

#include "hotline/router/v1/journal.pb.h"

namespace hotline::router {

class Replica {
 public:
  /// `seats` are the area's, without agents.
  Replica(AreaConfig area, std::vector<SeatProfile> seats, Clock clock);

  /// What events did.
  struct Effects {
    std::vector<Action> actions;
    Changes changes;
  };

  /// Forgets what the core knew; keeps what was journalled besides it.
  void Clear() { core_ = Router(area_); }

  /// Starts from what Redis has.
  absl::Status Load(const Loaded& loaded);
  /// Applies an entry of the active router's as it did. Returns: what it changed.
  absl::StatusOr<Changes> Replay(const TailEntry& tail);

  /// Starts a batch: all its events happen at the time returned.
  absl::Time BeginBatch() { return last_now_ = now(); }

  /// Applies an event of the batch, adding to `effects`.
  void Step(const Event& event, Effects& effects);

  /// The batch became entry `seq`.
  void EndBatch(uint64_t seq) { seq_ = seq; }

  /// Returns whether the request of this id was carried out, or another under the same id.
  RequestMemory::Known FindRequest(const v1::JournalEvent& event) const;
  void RememberRequest(const v1::JournalEvent& event);

  /// The request was remembered, but its entry is not in the journal.
  void ForgetRequest(const std::string& id) { requests_.Forget(id); }

  void AddEnded(const Changes& changes);

  void NoteEpoch(uint64_t epoch) { epoch_ = std::max(epoch_, epoch); }

  void TakeOver(uint64_t epoch, uint64_t seq);

  const Router& core() const { return core_; }

  const EndedRing& ended() const { return ended_; }

  /// All seats by id: those the core knows, and the configured ones that nobody has signed in to
  /// yet.
  std::vector<SeatView> seats() const;
  /// Never before what the journal has: another router's clock may have been ahead.
  /// In whole nanoseconds, as the journal keeps it: absl's quarters would not survive a replay.
  absl::Time now() const;

  /// Ours while active, else the highest seen.
  uint64_t epoch() const { return epoch_; }

  /// Of the last entry applied.
  uint64_t seq() const { return seq_; }

  /// Of the last entry replayed; empty if none was. Another than the core's: its writer may have
  /// decided otherwise.
  const std::string& journal_policy_version() const { return journal_policy_version_; }

 private:
  const AreaConfig area_;
  const std::vector<SeatProfile> seats_;
  const Clock clock_;
  Router core_;
  EndedRing ended_;
  RequestMemory requests_;
  uint64_t epoch_ = 0;
  uint64_t seq_ = 0;
  std::string journal_policy_version_;
  uint64_t ended_up_to_ = 0;  ///< the ended calls were loaded as of this entry
  absl::Time last_now_ = absl::UnixEpoch();
};

}  // namespace hotline::router
