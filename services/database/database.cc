#include "services/database/database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "services/runtime/log.h"

namespace hotline {
namespace {

/// Pages that a session keeps in memory.
constexpr int kSqliteCacheKib = 16 * 1024;
constexpr std::string_view kSqlitePrefix = "sqlite:";
constexpr std::string_view kPostgresPrefix = "postgresql:";
/// Any number that nothing else in the database locks.
constexpr char kMigrationLock[] = "select pg_advisory_xact_lock(12348)";

constexpr const char* kPostgresSettings[] = {
    // A commit is acknowledged when it is on the disk, whatever the server's default is.
    "set synchronous_commit to on",  "set statement_timeout to '10s'",
    "set lock_timeout to '5s'",      "set idle_in_transaction_session_timeout to '30s'",
    "set client_encoding to 'UTF8'", "set client_min_messages to warning",
};

/// A network that swallows packets is noticed within these bounds and not after the kernel's hours
/// (statement_timeout lives in the server). What the address itself says comes first.
constexpr std::pair<const char*, const char*> kPostgresNetwork[] = {
    {"connect_timeout", "5"},                                     // seconds
    {"keepalives_idle", "10"},                                    // seconds
    {"keepalives_interval", "5"},                                 // seconds
    {"keepalives_count", "3"},    {"tcp_user_timeout", "15000"},  // ms: sent and not acknowledged
};

std::string WithNetworkLimits(std::string uri) {
  for (const auto& [name, value] : kPostgresNetwork) {
    if (uri.find(absl::StrCat(name, "=")) != std::string::npos) continue;
    absl::StrAppend(&uri, uri.find('?') == std::string::npos ? "?" : "&", name, "=", value);
  }
  return uri;
}

/// What went wrong, without the values bound to the statement, which SOCI puts into what() and
/// PostgreSQL into its second line: they are personal data.
std::string Sentence(const std::string& what, const soci::soci_error& error) {
  const std::string message = error.get_error_message();
  return absl::StrCat(what, ": ", message.substr(0, message.find('\n')));
}

enum class Fault { kAgain, kConnection, kFull, kOther };

Fault Classify(const soci::soci_error& error) {
  if (const auto* pg = dynamic_cast<const soci::postgresql_soci_error*>(&error)) {
    const std::string state = pg->sqlstate();
    // Unique violation, serialisation failure, deadlock: somebody was first.
    if (state == "23505" || state == "40001" || state == "40P01") return Fault::kAgain;
    if (state == "53100") return Fault::kFull;
    // 08: connection; 57: shut down, cancelled by a timeout; 55P03: lock timeout; 25P03: idle.
    if (state.empty() || state.substr(0, 2) == "08" || state.substr(0, 2) == "57" ||
        state == "55P03" || state == "25P03" || state == "53300" || state.substr(0, 1) == " ") {
      return Fault::kConnection;
    }
  } else if (const auto* lite = dynamic_cast<const soci::sqlite3_soci_error*>(&error)) {
    switch (lite->result() & 0xff) {
      case 5:  // SQLITE_BUSY
      case 6:  // SQLITE_LOCKED
        return Fault::kAgain;
      case 19:  // SQLITE_CONSTRAINT
        return Fault::kAgain;
      case 13:  // SQLITE_FULL
        return Fault::kFull;
      case 10:  // SQLITE_IOERR
      case 14:  // SQLITE_CANTOPEN
        return Fault::kConnection;
      default:
        return Fault::kOther;
    }
  }
  return error.get_error_category() == soci::soci_error::connection_error ? Fault::kConnection
                                                                          : Fault::kOther;
}

absl::Status ToStatus(Fault fault, const std::string& sentence) {
  switch (fault) {
    case Fault::kFull:
      return absl::ResourceExhaustedError(sentence);
    case Fault::kOther:
      return absl::InternalError(sentence);
    default:
      return absl::UnavailableError(sentence);
  }
}

/// SQLite takes a transaction back by itself when the disk is full.
bool InTransaction(soci::session& session) {
  if (session.get_backend_name() != "sqlite3") return true;
  const auto* lite = static_cast<soci::sqlite3_session_backend*>(session.get_backend());
  return sqlite_api::sqlite3_get_autocommit(lite->conn_) == 0;
}

/// Readable by this user alone; SQLite gives its side files the same rights.
absl::Status MakePrivateFile(const std::string& what, const std::string& path) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directory(folder, ignored);
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return absl::ErrnoToStatus(errno, absl::StrCat(what, " ", path));
  close(file);
  return absl::OkStatus();
}

}  // namespace

/// A session for one work; given back at the end, thrown away if it may be broken.
class Database::Lease {
 public:
  explicit Lease(Database& database) : database_(database) {
    std::unique_lock lock(database_.mutex_);
    const auto free = [&] {
      for (slot_ = 0; slot_ < database_.slots_.size(); ++slot_) {
        if (!database_.slots_[slot_].leased) return true;
      }
      return false;
    };
    got_ = database_.freed_.wait_for(lock, std::chrono::milliseconds(kLeaseMs), free);
    if (got_) database_.slots_[slot_].leased = true;
  }

  ~Lease() {
    if (!got_) return;
    {
      const std::lock_guard lock(database_.mutex_);
      database_.slots_[slot_].leased = false;
    }
    database_.freed_.notify_one();
  }

  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  bool got() const { return got_; }

  SqlSession& session() {
    auto& session = database_.slots_[slot_].session;
    if (!session) session = database_.Connect();
    return *session;
  }

  void Discard() { database_.slots_[slot_].session.reset(); }

  void Rollback() {
    auto& session = database_.slots_[slot_].session;
    if (!session || !InTransaction(*session)) return;
    try {
      *session << "ROLLBACK";
    } catch (const soci::soci_error&) {
      Discard();
    }
  }

 private:
  Database& database_;
  size_t slot_ = 0;
  bool got_ = false;
};

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& url, int sessions,
                                                         std::string what, int most_together) {
  const std::string_view text = url;
  std::unique_ptr<Database> database;
  if (text.substr(0, kSqlitePrefix.size()) == kSqlitePrefix && text.size() > kSqlitePrefix.size()) {
    const std::string path(text.substr(kSqlitePrefix.size()));
    if (auto status = MakePrivateFile(what, path); !status.ok()) return status;
    database.reset(
        new Database(SqlEngine::kSqlite, path, sessions, std::move(what), most_together));
  } else if (text.substr(0, kPostgresPrefix.size()) == kPostgresPrefix) {
    database.reset(new Database(SqlEngine::kPostgres, WithNetworkLimits(url), sessions,
                                std::move(what), most_together));
  } else {
    return absl::InvalidArgumentError(
        "the store must be sqlite:PATH or postgresql://HOST/DATABASE");
  }
  // Somebody who mistyped the address hears of it now.
  const auto status = database->Read([](soci::session&) { return absl::OkStatus(); });
  if (!status.ok()) return status;
  return database;
}

std::unique_ptr<SqlSession> Database::Connect() const {
  if (engine_ == SqlEngine::kPostgres) {
    auto session = std::make_unique<SqlSession>(soci::postgresql, target_);
    for (const char* setting : kPostgresSettings) *session << setting;
    return session;
  }
  auto session = std::make_unique<SqlSession>(soci::sqlite3, "dbname=\"" + target_ + '"');
  std::string mode;
  *session << absl::StrCat("pragma busy_timeout = ", kLeaseMs), soci::into(mode);
  *session << "pragma journal_mode = wal", soci::into(mode);
  // FULL: a commit is on the disk before it is acknowledged, also in WAL mode.
  *session << "pragma synchronous = full";
  *session << "pragma foreign_keys = on";
  *session << absl::StrCat("pragma cache_size = -", kSqliteCacheKib);
  return session;
}

void Database::Begin(soci::session& session, bool write) const {
  if (engine_ == SqlEngine::kPostgres) {
    session << (write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  } else {
    // IMMEDIATE: a transaction that reads first and writes later could not be retried half way.
    session << (write ? "BEGIN IMMEDIATE" : "BEGIN");
  }
}

absl::Status Database::Write(const Work& work) {
  if (most_together_ <= 1) return Run(work, true);
  Waiting mine{work};
  std::unique_lock lock(queue_mutex_);
  queue_.push_back(&mine);
  while (!mine.done) {
    if (leaders_ >= most_leaders_) {
      led_.wait(lock);
      continue;
    }
    ++leaders_;
    const size_t size = std::min(queue_.size(), most_together_);
    const std::vector<Waiting*> group(queue_.begin(), queue_.begin() + static_cast<long>(size));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<long>(size));
    lock.unlock();
    RunTogether(group);
    lock.lock();
    for (Waiting* one : group) one->done = true;
    --leaders_;
    led_.notify_all();
  }
  return std::move(mine.status);
}

void Database::RunTogether(const std::vector<Waiting*>& group) noexcept {
  if (group.size() == 1) {
    group.front()->status = Run(group.front()->work, true);
    return;
  }
  bool all_alone = false;
  {
    std::unique_lock<std::mutex> only_writer;
    if (engine_ == SqlEngine::kSqlite) only_writer = std::unique_lock(writer_);
    Lease lease(*this);
    try {
      if (!lease.got()) throw StartAgain();
      SqlSession& session = lease.session();
      Begin(session, /*write=*/true);
      for (Waiting* one : group) RunBehindSavepoint(session, *one);
      session << "COMMIT";
    } catch (const StartAgain&) {
      all_alone = true;
    } catch (const soci::soci_error& error) {
      const Fault fault = Classify(error);
      if (fault == Fault::kConnection) {
        // Nobody knows what has been committed: whoever asked must ask again.
        lease.Discard();
        for (Waiting* one : group) {
          one->alone = false;
          one->status = ToStatus(fault, Sentence(what_, error));
        }
        return;
      }
      lease.Rollback();
      all_alone = true;  // what one of them was told may rest on another one's change
    }
  }
  for (Waiting* one : group) {
    if (all_alone || one->alone) one->status = Run(one->work, true);
  }
}

void Database::RunBehindSavepoint(SqlSession& session, Waiting& waiting) const {
  session << "SAVEPOINT one";
  waiting.alone = false;
  try {
    waiting.status = waiting.work(session);
  } catch (const StartAgain&) {
    waiting.alone = true;
  } catch (const soci::soci_error& error) {
    if (Classify(error) == Fault::kConnection || !InTransaction(session)) throw;
    waiting.alone = true;
  }
  if (waiting.alone || !waiting.status.ok()) session << "ROLLBACK TO SAVEPOINT one";
  session << "RELEASE SAVEPOINT one";
}

absl::Status Database::Read(const Work& work) {
  return Run(work, false);
}

absl::Status Database::Run(const Work& work, bool write) {
  std::unique_lock<std::mutex> only_writer;
  if (write && engine_ == SqlEngine::kSqlite) only_writer = std::unique_lock(writer_);
  Lease lease(*this);
  if (!lease.got()) {
    return absl::UnavailableError(absl::StrCat(what_, " is too slow: no session became free"));
  }
  absl::Status last;
  bool reconnected = false;
  for (int tries = 0; tries < kMostTries; ++tries) {
    bool connected = false, began = false;
    try {
      SqlSession& session = lease.session();
      connected = true;
      Begin(session, write);
      began = true;
      if (absl::Status status = work(session); !status.ok()) {
        lease.Rollback();
        return status;
      }
      session << "COMMIT";
      return absl::OkStatus();
    } catch (const StartAgain&) {
      last = absl::UnavailableError(absl::StrCat(what_, " is changed by too many at once"));
      lease.Rollback();
    } catch (const soci::soci_error& error) {
      const Fault fault = connected ? Classify(error) : Fault::kConnection;
      last = ToStatus(fault, Sentence(what_, error));
      if (fault == Fault::kConnection) {
        lease.Discard();
        // A session that was idle when the server restarted: nothing has begun, so try a new one.
        if (began || std::exchange(reconnected, true)) return last;
      } else {
        lease.Rollback();
        if (fault != Fault::kAgain) return last;
      }
    }
  }
  return last;
}

absl::Status Database::Migrate(const std::vector<Migration>& migrations) {
  absl::Status status = Write([&](soci::session& db) {
    if (engine_ == SqlEngine::kPostgres) db << kMigrationLock;
    db << "create table if not exists schema_migration ("
          "version bigint primary key, name text not null)";
    long long version = 0;
    db << "select coalesce(max(version), 0) from schema_migration", soci::into(version);
    if (version > migrations.back().version) {
      return absl::FailedPreconditionError(
          absl::StrCat(what_, " has version ", version, ", this program knows ",
                       migrations.back().version, ": start the newer program"));
    }
    return absl::OkStatus();
  });
  for (size_t i = 0; status.ok() && i < migrations.size(); ++i) {
    const Migration& migration = migrations[i];
    status = Write([&](soci::session& db) {
      if (engine_ == SqlEngine::kPostgres) db << kMigrationLock;
      const long long version = migration.version;
      long long done = 0;
      db << "select count(*) from schema_migration where version = :v", soci::use(version),
          soci::into(done);
      if (done > 0) {
        std::string name;
        db << "select name from schema_migration where version = :v", soci::use(version),
            soci::into(name);
        if (name == migration.name) return absl::OkStatus();
        return absl::FailedPreconditionError(absl::StrCat(
            what_, " holds the tables of another service (\"", name, "\" where \"", migration.name,
            "\" is expected): give each service a database of its own"));
      }
      for (const std::string& statement : migration.statements) db << statement;
      const auto& own = engine_ == SqlEngine::kPostgres ? migration.postgres : migration.sqlite;
      for (const std::string& statement : own) db << statement;
      const std::string name = migration.name;
      db << "insert into schema_migration (version, name) values (:v, :n)", soci::use(version),
          soci::use(name);
      LogInfo("database brought up to date",
              {{"database", what_}, {"version", version}, {"step", name}});
      return absl::OkStatus();
    });
  }
  return status;
}

}  // namespace hotline
