// The directory as the service holds it: one sound value in memory, its revisions on the disk.
// Readers take a snapshot and keep it; an import makes the next one, or nothing.
//
// Thread-safe. Import blocks: call it on threads that may wait.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "services/directory/core/records.h"
#include "services/directory/core/rows.h"
#include "services/directory/core/sheet.h"
#include "services/directory/files/pack.h"
#include "services/directory/store/directory_store.h"
#include "services/runtime/clock.h"

namespace hotline::directory {

struct Snapshot {
  int64_t revision = 0;
  std::string token;  ///< of the revision: another store's has another one; empty before the first
  Directory directory;
};

/// What one revision changed.
struct DirectoryChange {
  int64_t revision = 0;
  std::string token;         ///< as in Snapshot
  std::vector<Row> records;  ///< new or different
  std::vector<Row> removed;  ///< without fields
};

struct ImportOptions {
  std::string account;
  std::string request_id;
  bool dry_run = false;
  int64_t base_revision = 0;  ///< 0: whatever is there
};

struct ImportResult {
  std::vector<Problem> problems;
  bool changed = false;
  int64_t changes = 0;
  int64_t revision = 0;
};

class DirectoryBook {
 public:
  /// Called after each change, before Import returns, in the order of revisions.
  using OnChange = std::function<void(const DirectoryChange&)>;

  /// Loads what the store has. Returns: what the store says; DATA_LOSS for records it cannot have.
  static absl::StatusOr<std::unique_ptr<DirectoryBook>> Open(DirectoryStore& store, Clock clock);

  std::shared_ptr<const Snapshot> current() const;

  /// Changes that a resumed reader gets one by one; after more it gets everything.
  static constexpr int kMaxResumed = 20'000;

  /// All that changed between `revision` and `until`. Nothing if the store does not know the
  /// revision under that token, or too much has changed. Blocks.
  std::optional<DirectoryChange> ChangesSince(int64_t revision, const std::string& token,
                                              const Snapshot& until) const;

  /// See DirectoryStore::Past. Blocks.
  absl::StatusOr<std::vector<PastRevision>> Past(const PastQuery& query) const {
    return store_.Past(query);
  }

  void set_on_change(OnChange on_change) { on_change_ = std::move(on_change); }

  /// Replaces the tables that the files name. With errors among the problems nothing changes.
  /// Returns: INVALID_ARGUMENT without a request id; ALREADY_EXISTS if it was used for other files;
  /// ABORTED for another base; what the store says.
  absl::StatusOr<ImportResult> Import(const std::vector<PackFile>& files,
                                      const ImportOptions& options);

 private:
  DirectoryBook(DirectoryStore& store, Clock clock) : store_(store), clock_(std::move(clock)) {}

  absl::Status Load();
  /// What an import that was saved before is answered with: its warnings as they are today.
  ImportResult Repeat(const SavedRevision& saved, const std::vector<PackFile>& files) const;
  absl::StatusOr<ImportResult> Save(const Snapshot& base, Directory next,
                                    const ImportOptions& options, const std::string& hash);
  void Publish(std::shared_ptr<const Snapshot> next, const DirectoryChange& change);

  DirectoryStore& store_;
  const Clock clock_;
  OnChange on_change_;
  std::mutex importing_;  ///< one import at a time
  bool stale_ = false;    ///< guarded by importing_: the store may have more than the snapshot
  mutable std::mutex mutex_;
  std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<Snapshot>();  ///< guarded
};

}  // namespace hotline::directory
