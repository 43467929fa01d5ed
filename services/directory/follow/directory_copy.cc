#include "services/directory/follow/directory_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "services/directory/core/rows.h"

namespace hotline::directory {
namespace {

constexpr int kOwnerOnly = 0600;
/// The first line of the file, before the tables; the last field of the message says it is whole.
constexpr char kHead[] = "hotline directory copy 1: ";

std::string HeadOf(const std::vector<std::string>& tables) {
  return absl::StrCat(kHead, absl::StrJoin(tables, " "), "\n");
}

void RemovePersonal(v1::Record& record) {
  ForEachTable([&](const auto& table) {
    if (table.name != record.table()) return;
    auto& fields = *record.mutable_fields();
    fields.erase(std::remove_if(fields.begin(), fields.end(),
                                [&](const v1::Field& field) {
                                  return std::any_of(table.columns.begin(), table.columns.end(),
                                                     [&](const auto& column) {
                                                       return column.personal &&
                                                              column.name == field.column();
                                                     });
                                }),
                 fields.end());
  });
}

absl::Status WriteWhole(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(fd, text.data(), text.size());
    if (size < 0)
      return absl::UnavailableError(std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
    text.remove_prefix(static_cast<size_t>(size));
  }
  return fsync(fd) == 0 ? absl::OkStatus() : absl::UnavailableError("fsync failed");
}

}  // namespace

void DirectoryCopy::Add(const v1::WatchDirectoryResponse& message) {
  if (message.reset()) records_.clear();
  for (const v1::Record& record : message.records()) {
    v1::Record& kept = records_[{record.table(), record.key()}];
    kept = record;
    RemovePersonal(kept);
  }
  for (const v1::Record& record : message.removed()) records_.erase({record.table(), record.key()});
  if (!message.complete()) return;
  position_.set_revision(message.revision());
  position_.set_token(message.token());
}

absl::StatusOr<Directory> DirectoryCopy::Read() const {
  std::vector<Row> rows;
  rows.reserve(records_.size());
  for (const auto& [id, record] : records_) {
    Row& row = rows.emplace_back(Row{record.table(), record.key(), {}});
    for (const v1::Field& field : record.fields()) {
      row.fields.emplace_back(field.column(), field.value());
    }
  }
  Draft draft = ReadSheets(ToSheets(rows));
  if (!HasErrors(draft.problems)) return std::move(draft.directory);
  return absl::DataLossError(absl::StrCat("the directory has a record that cannot be read: ",
                                          FormatProblem(draft.problems.front())));
}

absl::Status DirectoryCopy::Save(const std::string& file) const {
  v1::WatchDirectoryResponse all;
  all.set_revision(position_.revision());
  all.set_token(position_.token());
  all.set_reset(true);
  for (const auto& [id, record] : records_) *all.add_records() = record;
  all.set_complete(true);
  const std::string fresh = file + ".new";
  const auto problem = [&](const std::string& why) {
    return absl::UnavailableError(absl::StrCat("cannot write ", file, ": ", why));
  };
  const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  if (fd < 0) return problem(std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
  const absl::Status written = WriteWhole(fd, HeadOf(tables_) + all.SerializeAsString());
  close(fd);
  if (!written.ok()) return problem(std::string(written.message()));
  if (rename(fresh.c_str(), file.c_str()) != 0) return problem("it cannot be replaced");
  return absl::OkStatus();
}

absl::StatusOr<DirectoryCopy> DirectoryCopy::Load(const std::string& file,
                                                  const std::vector<std::string>& tables) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("there is no ", file));
  std::stringstream text;
  text << in.rdbuf();
  const std::string bytes = std::move(text).str(), head = HeadOf(tables);
  v1::WatchDirectoryResponse all;
  if (!bytes.starts_with(head) || !all.ParseFromString(bytes.substr(head.size())) ||
      !all.complete()) {
    return absl::DataLossError(absl::StrCat(file, " is no whole copy of these tables"));
  }
  DirectoryCopy copy(tables);
  copy.Add(all);
  return copy;
}

}  // namespace hotline::directory
