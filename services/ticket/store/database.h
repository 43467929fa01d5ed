// Sessions with a SQL database, through SOCI: leases, transactions, errors as statuses, migrations.
//
// Thread-safe. SOCI's headers cost seconds, so only the store's sources include this.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include <soci/soci.h>

#include "services/ticket/store/migrations.h"

namespace hotline::ticket {

enum class Engine { kSqlite, kPostgres };

/// Thrown by a work that must start again: what it read is no longer true.
struct StartAgain {};

class Database {
 public:
  /// How often a work is run when others get in its way.
  static constexpr int kMostTries = 10;
  /// How long a work waits for a free session, and SQLite for a lock that another program holds.
  static constexpr int kLeaseMs = 5000;

  using Work = std::function<absl::Status(soci::session&)>;

  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& url, int sessions);

  Engine engine() const { return engine_; }

  /// See TicketStore::Write and Read.
  absl::Status Write(const Work& work);
  absl::Status Read(const Work& work);

  /// Runs the steps that this database has not had.
  absl::Status Migrate(const std::vector<Migration>& migrations);

 private:
  struct Slot {
    std::unique_ptr<soci::session> session;  ///< null: to be opened (again)
    bool leased = false;
  };

  class Lease;

  Database(Engine engine, std::string target, int sessions)
      : engine_(engine), target_(std::move(target)), slots_(static_cast<size_t>(sessions)) {}

  std::unique_ptr<soci::session> Connect() const;
  absl::Status Run(const Work& work, bool write);
  void Begin(soci::session& session, bool write) const;

  const Engine engine_;
  const std::string target_;  ///< path or URI
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Slot> slots_;  ///< guarded
  /// SQLite has one writer; waiting here is fair and quick, its own waiting is sleep and retry.
  std::mutex writer_;
};

}  // namespace hotline::ticket
