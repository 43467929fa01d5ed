// Sessions with a SQL database, through SOCI: leases, transactions, errors as statuses, migrations.
//
// Thread-safe. SOCI's headers cost seconds, so only the stores' sources include this.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include <soci/soci.h>

#include "services/database/migration.h"
#include "services/database/sql_session.h"

namespace hotline {

enum class SqlEngine { kSqlite, kPostgres };

/// Thrown by a work that must start again: what it read is no longer true.
struct StartAgain {};

class Database {
 public:
  /// How often a work is run when others get in its way.
  static constexpr int kMostTries = 10;
  /// How long a work waits for a free session, and SQLite for a lock that another program holds.
  static constexpr int kLeaseMs = 5000;

  /// How many works that wait for the disk are committed together.
  static constexpr int kMostTogether = 64;

  using Work = std::function<absl::Status(SqlSession&)>;

  /// Opens "sqlite:PATH" (made if it is not there) or "postgresql://…" (libpq's URI) for so many
  /// works at a time. `what` names the database in errors ("the ticket database"). Of the works
  /// that wait at the same moment, at most `most_together` share a commit. Returns:
  /// INVALID_ARGUMENT for a URL of neither kind, or what the database says.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& url, int sessions,
                                                        std::string what,
                                                        int most_together = kMostTogether);

  SqlEngine engine() const { return engine_; }

  /// Runs `work` in a transaction and commits it if it returns OK; runs it again if another one got
  /// in its way, so it must be repeatable. Works that come while the disk is busy are committed
  /// together with one wait for it, each behind a savepoint of its own; each returns after the
  /// common commit. What one sees of another is true then as well.
  /// Returns: what `work` returned; UNAVAILABLE if the database cannot be reached or does not
  /// answer in time; RESOURCE_EXHAUSTED if its disk is full; INTERNAL for a statement it does not
  /// like.
  absl::Status Write(const Work& work);
  /// The same for questions; `work` sees one moment of the database.
  absl::Status Read(const Work& work);

  /// Runs the steps that this database has not had.
  absl::Status Migrate(const std::vector<Migration>& migrations);

 private:
  struct Slot {
    std::unique_ptr<SqlSession> session;  ///< null: to be opened (again)
    bool leased = false;
  };

  class Lease;

  /// A work that somebody waits for.
  struct Waiting {
    const Work& work;
    absl::Status status;
    bool alone = false;  ///< could not be done with the others
    bool done = false;   ///< guarded by queue_mutex_
  };

  Database(SqlEngine engine, std::string target, int sessions, std::string what, int most_together)
      : engine_(engine),
        target_(std::move(target)),
        what_(std::move(what)),
        most_together_(static_cast<size_t>(most_together)),
        most_leaders_(engine == SqlEngine::kSqlite ? 1 : sessions),
        slots_(static_cast<size_t>(sessions)) {}

  std::unique_ptr<SqlSession> Connect() const;
  absl::Status Run(const Work& work, bool write);
  /// Runs all of `group` and sets their statuses.
  void RunTogether(const std::vector<Waiting*>& group) noexcept;
  /// Runs one of a group behind a savepoint.
  void RunBehindSavepoint(SqlSession& session, Waiting& waiting) const;
  void Begin(soci::session& session, bool write) const;

  const SqlEngine engine_;
  const std::string target_;  ///< path or URI
  const std::string what_;    ///< for errors
  const size_t most_together_;
  /// Groups at a time: SQLite has one writer, PostgreSQL's sessions work side by side.
  const int most_leaders_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Slot> slots_;  ///< guarded
  /// SQLite has one writer; waiting here is fair and quick, its own waiting is sleep and retry.
  std::mutex writer_;
  std::mutex queue_mutex_;
  std::condition_variable led_;
  std::deque<Waiting*> queue_;  ///< guarded; each belongs to the thread that waits in Write
  int leaders_ = 0;             ///< guarded: so many groups are run right now
};

}  // namespace hotline
