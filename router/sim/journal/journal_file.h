// A recorded journal on disk: the router's state when the recording began, then every entry since.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/runtime/spool.h"

namespace hotline::sim {

/// Appends to a recording. Goes on where an earlier one ended if no entry is missing between.
class JournalFile {
 public:
  /// Opens or makes `file`. Returns: as Spool::Open, DATA_LOSS if it is no recording.
  static absl::StatusOr<JournalFile> Open(const std::string& file);

  /// Whether anything is recorded yet; begin with the snapshot if not.
  bool empty() const { return entries_ == 0 && !has_snapshot_; }

  /// The seq of the last thing in it.
  uint64_t last_seq() const { return last_seq_; }

  uint64_t entries() const { return entries_; }

  /// `state` may be empty: an area that has just begun. Requires: empty().
  absl::Status AddSnapshot(uint64_t seq, std::string_view state);
  /// Entries up to last_seq() are ignored. Returns: DATA_LOSS if one is missing before it.
  absl::Status AddEntry(uint64_t seq, std::string_view bytes);

  absl::Status Sync() { return spool_.Sync(); }

 private:
  explicit JournalFile(Spool spool) : spool_(std::move(spool)) {}

  Spool spool_;
  bool has_snapshot_ = false;
  uint64_t last_seq_ = 0;
  uint64_t entries_ = 0;
};

/// Reads a recording: first the snapshot's state, then each entry's bytes.
/// Returns: NOT_FOUND, DATA_LOSS, or the first error of the callbacks.
absl::Status ReadJournalFile(const std::string& file,
                             const std::function<absl::Status(std::string_view)>& on_snapshot,
                             const std::function<absl::Status(std::string_view)>& on_entry);

}  // namespace hotline::sim
