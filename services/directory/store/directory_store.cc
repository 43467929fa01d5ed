#include "services/directory/store/directory_store.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include <soci/soci.h>

#include "services/database/database.h"
#include "services/directory/store/migrations.h"

namespace hotline::directory {
namespace {

using soci::into;
using soci::use;

int64_t LatestRevision(soci::session& db) {
  long long revision = 0;
  db << "select coalesce(max(revision), 0) from directory_revision", into(revision);
  return revision;
}

std::optional<SavedRevision> FindSaved(soci::session& db, const std::string& account,
                                       const std::string& request_id) {
  long long revision = 0, changes = 0;
  std::string hash;
  db << "select revision, changes, request_hash from directory_revision "
        "where account = :a and request_id = :r",
      use(account), use(request_id), into(revision), into(changes), into(hash);
  if (!db.got_data()) return std::nullopt;
  return SavedRevision{revision, changes, hash};
}

/// Writes records with statements that are prepared once: an import may have 100,000.
class RecordWriter {
 public:
  RecordWriter(soci::session& db, int64_t revision)
      : revision_(revision),
        upsert_((db.prepare << "insert into directory_record (table_name, record_key, body) "
                               "values (:t, :k, :b) on conflict (table_name, record_key) "
                               "do update set body = excluded.body",
                 use(table_), use(key_), use(body_))),
        remove_((db.prepare << "delete from directory_record "
                               "where table_name = :t and record_key = :k",
                 use(table_), use(key_))),
        log_((db.prepare << "insert into directory_change "
                            "(revision, table_name, record_key, body) values (:r, :t, :k, :b)",
              use(revision_), use(table_), use(key_), use(body_, has_body_))) {}

  void Write(const StoredRecord& record) {
    table_ = record.table;
    key_ = record.key;
    body_ = record.body.value_or("");
    has_body_ = record.body ? soci::i_ok : soci::i_null;
    (record.body ? upsert_ : remove_).execute(true);
    log_.execute(true);
  }

 private:
  long long revision_;
  std::string table_, key_, body_;
  soci::indicator has_body_ = soci::i_ok;
  soci::statement upsert_, remove_, log_;
};

class SqlDirectoryStore final : public DirectoryStore {
 public:
  explicit SqlDirectoryStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::StatusOr<StoredDirectory> Load() override {
    StoredDirectory directory;
    const auto status = database_->Read([&](soci::session& db) {
      directory = {};  // the work may run again
      directory.revision = LatestRevision(db);
      std::string table, key, body;
      soci::statement statement =
          (db.prepare << "select table_name, record_key, body from directory_record "
                         "order by table_name, record_key",
           into(table), into(key), into(body));
      statement.execute();
      while (statement.fetch()) directory.records.push_back({table, key, body});
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return directory;
  }

  absl::StatusOr<int64_t> Save(int64_t base, const RevisionInfo& info,
                               const std::vector<StoredRecord>& changes) override {
    const int64_t revision = base + 1;
    const auto status = database_->Write([&](soci::session& db) {
      if (FindSaved(db, info.account, info.request_id)) {
        return absl::AlreadyExistsError("this request was saved before");
      }
      if (LatestRevision(db) != base) {
        return absl::AbortedError("somebody else has changed the directory meanwhile");
      }
      // Of two programs that get as far as this, the primary key lets one pass; the other begins
      // again and finds the revision taken.
      const long long number = revision, time_us = absl::ToUnixMicros(info.time),
                      count = static_cast<long long>(changes.size());
      db << "insert into directory_revision "
            "(revision, time_us, account, request_id, request_hash, changes) "
            "values (:v, :t, :a, :r, :h, :c)",
          use(number), use(time_us), use(info.account), use(info.request_id),
          use(info.request_hash), use(count);
      RecordWriter writer(db, revision);
      for (const StoredRecord& change : changes) writer.Write(change);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return revision;
  }

  absl::StatusOr<std::optional<SavedRevision>> FindRequest(const std::string& account,
                                                           const std::string& request_id) override {
    std::optional<SavedRevision> saved;
    const auto status = database_->Read([&](soci::session& db) {
      saved = FindSaved(db, account, request_id);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return saved;
  }

  absl::StatusOr<std::optional<PastRevision>> FindRevision(int64_t revision) override {
    const auto past = Past({.before = revision + 1, .limit = 1});
    if (!past.ok()) return past.status();
    if (past->empty() || past->front().revision != revision) return std::nullopt;
    return past->front();
  }

  absl::StatusOr<std::vector<PastRevision>> Past(const PastQuery& query) override {
    std::vector<PastRevision> past;
    const auto status = database_->Read([&](soci::session& db) {
      past.clear();
      query.table.empty() ? ReadRevisions(db, query, past) : ReadChanges(db, query, past);
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return past;
  }

  absl::StatusOr<std::vector<std::pair<int64_t, StoredRecord>>> ChangesSince(int64_t revision,
                                                                             int limit) override {
    std::vector<std::pair<int64_t, StoredRecord>> changes;
    const auto status = database_->Read([&](soci::session& db) {
      changes.clear();
      const long long after = revision, most = limit;
      long long number = 0;
      std::string table, key, body;
      soci::indicator has_body = soci::i_ok;
      soci::statement statement =
          (db.prepare << "select revision, table_name, record_key, body from directory_change "
                         "where revision > :r order by revision, table_name, record_key limit :n",
           use(after), use(most), into(number), into(table), into(key), into(body, has_body));
      statement.execute();
      while (statement.fetch()) {
        changes.push_back({number, {table, key, std::nullopt}});
        if (has_body == soci::i_ok) changes.back().second.body = body;
      }
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return changes;
  }

 private:
  static long long Before(const PastQuery& query) {
    return query.before > 0 ? query.before : std::numeric_limits<int64_t>::max();
  }

  static void ReadRevisions(soci::session& db, const PastQuery& query,
                            std::vector<PastRevision>& past) {
    const long long before = Before(query), most = query.limit;
    long long revision = 0, time_us = 0, changes = 0;
    std::string account, request, hash;
    soci::statement statement =
        (db.prepare
             << "select revision, time_us, account, request_id, request_hash, changes "
                "from directory_revision where revision < :b order by revision desc limit :n",
         use(before), use(most), into(revision), into(time_us), into(account), into(request),
         into(hash), into(changes));
    statement.execute();
    while (statement.fetch()) {
      past.push_back({.revision = revision,
                      .info = {absl::FromUnixMicros(time_us), account, request, hash},
                      .changes = changes,
                      .record = {}});
    }
  }

  static void ReadChanges(soci::session& db, const PastQuery& query,
                          std::vector<PastRevision>& past) {
    const long long before = Before(query), most = query.limit;
    const int any = query.key.empty() ? 1 : 0;
    const long long same = query.before_key.empty() ? 0 : before;
    long long revision = 0, time_us = 0, changes = 0;
    std::string account, request, hash, table, key, body;
    soci::indicator has_body = soci::i_ok;
    soci::statement statement =
        (db.prepare << "select c.revision, r.time_us, r.account, r.request_id, r.request_hash, "
                       "r.changes, c.table_name, c.record_key, c.body "
                       "from directory_change c join directory_revision r "
                       "on r.revision = c.revision where c.table_name = :t "
                       "and (:any = 1 or c.record_key = :k) "
                       "and (c.revision < :b or (c.revision = :same and c.record_key > :after)) "
                       "order by c.revision desc, c.record_key limit :n",
         use(query.table), use(any), use(query.key), use(before), use(same), use(query.before_key),
         use(most), into(revision), into(time_us), into(account), into(request), into(hash),
         into(changes), into(table), into(key), into(body, has_body));
    statement.execute();
    while (statement.fetch()) {
      PastRevision& row = past.emplace_back(
          PastRevision{.revision = revision,
                       .info = {absl::FromUnixMicros(time_us), account, request, hash},
                       .changes = changes,
                       .record = StoredRecord{table, key, std::nullopt}});
      if (has_body == soci::i_ok) row.record->body = body;
    }
  }

  const std::unique_ptr<Database> database_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryStore>> DirectoryStore::Open(
    const DirectoryStoreOptions& options) {
  auto database = Database::Open(options.url, options.sessions, "the directory's database");
  if (!database.ok()) return database.status();
  if (auto status = (*database)->Migrate(DirectoryMigrations()); !status.ok()) return status;
  return std::make_unique<SqlDirectoryStore>(*std::move(database));
}

}  // namespace hotline::directory
