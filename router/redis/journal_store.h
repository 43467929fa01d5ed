// An area's journal, lease, snapshot and projection in Redis: one call here is one atomic function
// there (hotline.lua). Knows bytes and numbers only; what they mean is router/service's business.
//
// Everything runs on the io_context's one thread; answers come later, never from inside the call.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "router/redis/keys.h"
#include "services/redis/connection.h"

namespace hotline::router {

/// The fence's verdict on a write.
enum class Verdict : int {
  kOk = 0,
  kFenced = 1,    ///< another epoch rules: step down
  kLost = 2,      ///< Redis knows less than we do: it was emptied or went back in time
  kGap = 3,       ///< not the next entry
  kRepeated = 4,  ///< it is in the journal already
  kHeld = 5,      ///< another's lease lives
};

/// An answer: the verdict and the fence as it stands.
struct FenceAnswer {
  Verdict verdict = Verdict::kOk;
  uint64_t epoch = 0;
  uint64_t seq = 0;
};

/// The fence and what is left of the lease.
struct FenceState {
  std::string owner;  ///< empty: there is no fence; Redis is empty
  uint64_t epoch = 0;
  uint64_t seq = 0;
  absl::Duration lease_left;  ///< zero or less: free
};

/// What a batch changes in the window that others look through.
struct Projection {
  using Fields = std::vector<std::string>;  ///< field, value, field, value …; empty deletes the key
  std::vector<std::pair<std::string, Fields>> hashes;
  Fields calls_set;                     ///< call id, state, call id, state …
  std::vector<std::string> calls_gone;  ///< ids
  std::vector<std::string> ended;       ///< records, oldest first
};

/// One journal entry on its way.
struct Entry {
  uint64_t seq = 0;
  std::string bytes;
  Projection projection;
};

/// What a router starts from.
struct Loaded {
  uint64_t epoch = 0;
  uint64_t seq = 0;           ///< the last entry written
  uint64_t snapshot_seq = 0;  ///< 0: there is none
  std::string snapshot;
  std::vector<std::string> ended;  ///< newest first; as of `seq`
};

class JournalStore {
 public:
  template <class T>
  using Done = std::function<void(absl::StatusOr<T>)>;

  static constexpr int kMostEnded = 10'000;  ///< records kept in {area}:ended

  struct Options {
    std::string area;
    std::string owner;  ///< names one run of one process, for example "router-1/5f3c…"
    absl::Duration lease = absl::Milliseconds(1500);
  };

  JournalStore(redis::Connection& connection, Options options);

  /// Loads hotline.lua if this Redis has no or an older version of it.
  void LoadFunctions(std::function<void(absl::Status)> done);

  /// Takes the lease with an epoch of at least `min_epoch`: kOk or kHeld.
  void Acquire(uint64_t min_epoch, Done<FenceAnswer> done);

  /// Gives the lease back.
  void Release(uint64_t epoch, Done<FenceAnswer> done);

  /// Renews the lease.
  void Renew(uint64_t epoch, Done<FenceAnswer> done);

  /// Appends `entry` and updates the projection, if `epoch` still rules; renews the lease as well.
  /// May be sent again if the outcome is unknown: then kRepeated.
  void Commit(uint64_t epoch, const Entry& entry, Done<FenceAnswer> done);

  /// Replaces the snapshot by `state`, which contains the entries up to `seq`, and drops the
  /// entries before keep_from_seq of keep_from_epoch (0: keeps all).
  void WriteSnapshot(uint64_t epoch, uint64_t seq, std::string state,
                     std::pair<uint64_t, uint64_t> keep_from, Done<FenceAnswer> done);

  /// Replaces snapshot and projection by the caller's, and the ended records too if
  /// `replace_ended`.
  void Restore(uint64_t epoch, uint64_t seq, std::string state, const Projection& everything,
               bool replace_ended, Done<FenceAnswer> done);

  void ReadFence(Done<FenceState> done);
  void Load(Done<Loaded> done);

  const Keys& keys() const { return keys_; }

  const Options& options() const { return options_; }

 private:
  std::vector<std::string> Claim(uint64_t epoch) const;

  redis::Connection& connection_;
  const Options options_;
  const Keys keys_;
  const std::string lease_ms_;
};

}  // namespace hotline::router
