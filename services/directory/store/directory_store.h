// The directory's place on disk: SQLite or PostgreSQL, with the same behaviour
// (tests/directory/store runs the same tests on both). It knows records as texts, not what they
// mean, and keeps every change ever made, so that one can say since when somebody was the liaison.
//
// Thread-safe and blocking: call it on threads that may wait.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace hotline::directory {

/// A record as it is stored; no body: it is gone.
struct StoredRecord {
  std::string table;
  std::string key;
  std::optional<std::string> body;
  friend bool operator==(const StoredRecord&, const StoredRecord&) = default;
};

struct StoredDirectory {
  int64_t revision = 0;  ///< 0: nothing was ever saved
  std::vector<StoredRecord> records;
};

/// Who changed what, and with which request.
struct RevisionInfo {
  absl::Time time;
  std::string account;
  std::string request_id;
  std::string request_hash;
};

struct SavedRevision {
  int64_t revision = 0;
  int64_t changes = 0;
  std::string request_hash;
};

/// One that was saved, and what it did to one record if that was asked for.
struct PastRevision {
  int64_t revision = 0;
  RevisionInfo info;
  int64_t changes = 0;
  std::optional<StoredRecord> record;
};

/// Which part of the past; the latest first.
struct PastQuery {
  int64_t before = 0;      ///< only revisions before this one; 0: all
  std::string table;       ///< changes of its records; empty: revisions as a whole
  std::string key;         ///< of this record only; empty: of all
  std::string before_key;  ///< with `table`: of revision `before` itself, records after this key
  int limit = 50;
};

struct DirectoryStoreOptions {
  std::string url;  ///< "sqlite:PATH" or "postgresql://…"
  int sessions = 4;
};

class DirectoryStore {
 public:
  /// Opens or makes the database and brings its tables up to date. Returns: see Database::Open and
  /// Database::Migrate.
  static absl::StatusOr<std::unique_ptr<DirectoryStore>> Open(const DirectoryStoreOptions& options);
  virtual ~DirectoryStore() = default;

  /// All records of the latest revision.
  virtual absl::StatusOr<StoredDirectory> Load() = 0;

  /// Saves the changes as the revision after `base`, all or nothing. When it returns OK they are on
  /// the disk.
  /// Returns: the new revision; ABORTED if another one was saved since `base`; ALREADY_EXISTS if
  /// the account has used the request id; else see Database::Write.
  virtual absl::StatusOr<int64_t> Save(int64_t base, const RevisionInfo& info,
                                       const std::vector<StoredRecord>& changes) = 0;

  /// What the account's request came to, if it was saved.
  virtual absl::StatusOr<std::optional<SavedRevision>> FindRequest(
      const std::string& account, const std::string& request_id) = 0;

  /// What is known of a revision; nothing if there is none.
  virtual absl::StatusOr<std::optional<PastRevision>> FindRevision(int64_t revision) = 0;

  virtual absl::StatusOr<std::vector<PastRevision>> Past(const PastQuery& query) = 0;

  /// The changes after `revision`, oldest first, at most `limit`.
  virtual absl::StatusOr<std::vector<std::pair<int64_t, StoredRecord>>> ChangesSince(
      int64_t revision, int limit) = 0;
};

}  // namespace hotline::directory
