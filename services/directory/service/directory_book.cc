#include "services/directory/service/directory_book.h"

#include <sodium.h>

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

#include "services/directory/core/check.h"
#include "services/directory/core/read.h"
#include "services/directory/core/roster.h"
#include "services/runtime/log.h"

namespace hotline::directory {
namespace {

constexpr size_t kMaxRequestId = 64;

std::string HashOf(const std::vector<PackFile>& files) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, crypto_generichash_BYTES);
  const auto add = [&](const std::string& text) {
    // The length in front: ("ab", "c") is not ("a", "bc").
    const std::string length = absl::StrCat(text.size(), ":");
    for (const std::string& part : {length, text}) {
      crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                                part.size());
    }
  };
  for (const PackFile& file : files) {
    add(file.name);
    add(file.text);
  }
  std::string hash(crypto_generichash_BYTES, '\0');
  crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(hash.data()), hash.size());
  return absl::BytesToHexString(hash);
}

/// What tells this revision from another store's of the same number.
std::string TokenOf(int64_t revision, const RevisionInfo& info) {
  const std::string text =
      absl::StrCat(revision, "\n", absl::ToUnixMicros(info.time), "\n", info.account, "\n",
                   info.request_id, "\n", info.request_hash);
  std::string token(crypto_generichash_BYTES_MIN, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(token.data()), token.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  return absl::BytesToHexString(token);
}

/// Both lists are sorted by table and key within each table's order.
DirectoryChange Difference(const Directory& before, const Directory& after) {
  DirectoryChange change;
  ForEachTable([&](const auto& table) {
    const auto& old_rows = before.*table.rows;
    const auto& new_rows = after.*table.rows;
    auto a = old_rows.begin();
    auto b = new_rows.begin();
    while (a != old_rows.end() || b != new_rows.end()) {
      if (b == new_rows.end() || (a != old_rows.end() && a->Key() < b->Key())) {
        change.removed.push_back({std::string(table.name), std::string(a->Key()), {}});
        ++a;
      } else if (a == old_rows.end() || b->Key() < a->Key()) {
        change.records.push_back(ToRow(*b));
        ++b;
      } else {
        if (!(*a == *b)) change.records.push_back(ToRow(*b));
        ++a;
        ++b;
      }
    }
  });
  return change;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryBook>> DirectoryBook::Open(DirectoryStore& store,
                                                                   Clock clock) {
  std::unique_ptr<DirectoryBook> book(new DirectoryBook(store, std::move(clock)));
  if (auto status = book->Load(); !status.ok()) return status;
  return book;
}

absl::Status DirectoryBook::Load() {
  const auto stored = store_.Load();
  if (!stored.ok()) return stored.status();
  std::vector<Row> rows;
  for (const StoredRecord& record : stored->records) {
    rows.push_back({record.table, record.key, DecodeFields(*record.body)});
  }
  Draft draft = ReadSheets(ToSheets(rows));
  if (!draft.problems.empty()) {
    return absl::DataLossError(
        absl::StrCat("the directory's database has a record that cannot be: ",
                     FormatProblem(draft.problems.front())));
  }
  auto next = std::make_shared<Snapshot>();
  next->revision = stored->revision;
  if (stored->revision > 0) {
    const auto info = store_.FindRevision(stored->revision);
    if (!info.ok()) return info.status();
    if (*info) next->token = TokenOf(stored->revision, (*info)->info);
  }
  next->directory = std::move(draft.directory);
  const auto before = current();
  DirectoryChange change = Difference(before->directory, next->directory);
  change.revision = next->revision;
  change.token = next->token;
  Publish(std::move(next), change);
  return absl::OkStatus();
}

std::optional<DirectoryChange> DirectoryBook::ChangesSince(int64_t revision,
                                                           const std::string& token,
                                                           const Snapshot& until) const {
  if (revision <= 0 || revision > until.revision) return std::nullopt;
  const auto past = store_.FindRevision(revision);
  if (!past.ok() || !*past || TokenOf(revision, (*past)->info) != token) return std::nullopt;
  const auto changes = store_.ChangesSince(revision, kMaxResumed);
  if (!changes.ok() || changes->size() >= kMaxResumed) return std::nullopt;
  std::map<std::pair<std::string, std::string>, const StoredRecord*> last;
  for (const auto& [when, record] : *changes) {
    if (when <= until.revision) last[{record.table, record.key}] = &record;
  }
  DirectoryChange all{
      .revision = until.revision, .token = until.token, .records = {}, .removed = {}};
  for (const auto& [id, record] : last) {
    auto& rows = record->body ? all.records : all.removed;
    rows.push_back({record->table, record->key,
                    record->body ? DecodeFields(*record->body) : decltype(Row::fields)()});
  }
  return all;
}

std::shared_ptr<const Snapshot> DirectoryBook::current() const {
  const std::lock_guard lock(mutex_);
  return snapshot_;
}

void DirectoryBook::Publish(std::shared_ptr<const Snapshot> next, const DirectoryChange& change) {
  {
    const std::lock_guard lock(mutex_);
    snapshot_ = std::move(next);
  }
  if (on_change_) on_change_(change);
}

absl::StatusOr<ImportResult> DirectoryBook::Import(const std::vector<PackFile>& files,
                                                   const ImportOptions& options) {
  if (options.request_id.empty() || options.request_id.size() > kMaxRequestId) {
    return absl::InvalidArgumentError(
        absl::StrCat("a request id of 1 to ", kMaxRequestId, " bytes is needed"));
  }
  const std::lock_guard importing(importing_);
  // A save whose end is not known, or somebody else's.
  if (stale_) {
    if (auto status = Load(); !status.ok()) return status;
    stale_ = false;
  }
  const std::string hash = HashOf(files);
  const auto saved = store_.FindRequest(options.account, options.request_id);
  if (!saved.ok()) return saved.status();
  if (*saved) {
    if ((*saved)->request_hash != hash) {
      return absl::AlreadyExistsError("this request id was used for other files");
    }
    // Saved, but the answer was lost: perhaps before this process knew itself.
    if ((*saved)->revision > current()->revision) {
      if (auto status = Load(); !status.ok()) return status;
    }
    return Repeat(**saved, files);
  }

  const auto base = current();
  if (options.base_revision != 0 && options.base_revision != base->revision) {
    return absl::AbortedError(absl::StrCat("the directory has revision ", base->revision, ", not ",
                                           options.base_revision, ": look at it again"));
  }
  ImportResult result{.revision = base->revision};
  const Draft draft = ReadSheets(ParsePack(files, result.problems));
  result.problems.insert(result.problems.end(), draft.problems.begin(), draft.problems.end());
  Directory next = Replace(base->directory, draft);
  for (Problem& problem : Check(next, draft.files, absl::CivilDay(ToMinute(clock_())))) {
    result.problems.push_back(std::move(problem));
  }
  if (HasErrors(result.problems)) return result;
  if (options.dry_run) {
    const DirectoryChange change = Difference(base->directory, next);
    result.changes = static_cast<int64_t>(change.records.size() + change.removed.size());
    return result;
  }

  auto done = Save(*base, std::move(next), options, hash);
  if (!done.ok()) return done.status();
  done->problems = std::move(result.problems);
  return done;
}

ImportResult DirectoryBook::Repeat(const SavedRevision& saved,
                                   const std::vector<PackFile>& files) const {
  ImportResult result{.problems = {},
                      .changed = saved.changes > 0,
                      .changes = saved.changes,
                      .revision = saved.revision};
  const Draft draft = ReadSheets(ParsePack(files, result.problems));
  for (Problem& problem : Check(Replace(current()->directory, draft), draft.files,
                                absl::CivilDay(ToMinute(clock_())))) {
    result.problems.push_back(std::move(problem));
  }
  // It was saved: what would be an error by now was none then.
  std::erase_if(result.problems, [](const Problem& problem) {
    return problem.severity == Problem::Severity::kError;
  });
  return result;
}

absl::StatusOr<ImportResult> DirectoryBook::Save(const Snapshot& base, Directory next,
                                                 const ImportOptions& options,
                                                 const std::string& hash) {
  DirectoryChange change = Difference(base.directory, next);
  std::vector<StoredRecord> changes;
  for (const Row& row : change.records) {
    changes.push_back({row.table, row.key, EncodeFields(row)});
  }
  for (const Row& row : change.removed) changes.push_back({row.table, row.key, std::nullopt});
  const RevisionInfo info{clock_(), options.account, options.request_id, hash};
  const auto revision = store_.Save(base.revision, info, changes);
  if (!revision.ok()) {
    stale_ = !Load().ok();
    return revision.status();
  }

  ForEachTable([&](const auto& table) {
    for (auto& record : next.*table.rows) record.origin = {};
  });
  change.revision = *revision;
  change.token = TokenOf(*revision, info);
  Publish(std::make_shared<Snapshot>(Snapshot{*revision, change.token, std::move(next)}), change);
  LogInfo("directory imported", {{"revision", *revision},
                                 {"account", options.account},
                                 {"changes", static_cast<int64_t>(changes.size())}});
  return ImportResult{.changed = !changes.empty(),
                      .changes = static_cast<int64_t>(changes.size()),
                      .revision = *revision};
}

}  // namespace hotline::directory
