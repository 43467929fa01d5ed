#include "router/sim/csv_files.h"

#include <zlib.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <vector>

#include "absl/strings/str_split.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

constexpr int kLongestLine = 64 * 1024;
constexpr size_t kMostRows = 50'000'000;

/// One row, by column name.
class Row {
 public:
  Row(const std::map<std::string, size_t>& columns, std::vector<std::string> fields)
      : columns_(columns), fields_(std::move(fields)) {}

  const std::string& Text(const std::string& column) {
    static const std::string kNone;
    const auto it = columns_.find(column);
    if (it == columns_.end() || it->second >= fields_.size()) {
      Fail(column, "is missing");
      return kNone;
    }
    return fields_[it->second];
  }

  double Number(const std::string& column) {
    const std::string& text = Text(column);
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0') Fail(column, fmt::format("'{}' is no number", text));
    return value;
  }

  const std::string& error() const { return error_; }

 private:
  void Fail(const std::string& column, const std::string& why) {
    if (error_.empty()) error_ = fmt::format("column {}: {}", column, why);
  }

  const std::map<std::string, size_t>& columns_;
  std::vector<std::string> fields_;
  std::string error_;
};

absl::Status ReadRows(const std::string& path, const std::function<void(Row&)>& use) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return absl::NotFoundError(fmt::format("{}: cannot be opened", path));
  std::map<std::string, size_t> columns;
  std::vector<char> buffer(kLongestLine);
  absl::Status status;
  size_t line = 0;
  while (status.ok() && gzgets(file, buffer.data(), kLongestLine) != nullptr) {
    std::string text(buffer.data());
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    std::vector<std::string> fields = absl::StrSplit(text, ',');
    if (++line == 1) {
      for (size_t i = 0; i < fields.size(); ++i) columns[fields[i]] = i;
      continue;
    }
    if (text.empty()) continue;
    Row row(columns, std::move(fields));
    use(row);
    if (!row.error().empty()) {
      status = absl::InvalidArgumentError(fmt::format("{} line {}: {}", path, line, row.error()));
    } else if (line > kMostRows) {
      status = absl::InvalidArgumentError(fmt::format("{}: more than {} rows", path, kMostRows));
    }
  }
  if (status.ok() && !gzeof(file)) {
    status = absl::DataLossError(fmt::format("{} line {}: the file is damaged", path, line));
  }
  gzclose(file);
  return status;
}

}  // namespace

absl::StatusOr<CallLog> ReadCallLog(const std::string& calls, const std::string& sessions,
                                    const std::string& wrap_ups) {
  CallLog log;
  absl::Status status = ReadRows(calls, [&](Row& row) {
    log.calls.push_back({.day = row.Text("day"),
                         .time = row.Number("t_s"),
                         .type = row.Text("type"),
                         .priority = row.Text("priority") == "2",
                         .served = row.Text("served") == "1",
                         .wait = row.Number("wait_s"),
                         .service = row.Number("service_s")});
  });
  if (!status.ok()) return status;
  status = ReadRows(sessions, [&](Row& row) {
    log.sessions.push_back({.day = row.Text("day"),
                            .agent = row.Text("agent"),
                            .start = row.Number("start_s"),
                            .end = row.Number("end_s"),
                            .types = absl::StrSplit(row.Text("skills"), '|', absl::SkipEmpty())});
  });
  if (!status.ok()) return status;
  if (!wrap_ups.empty()) {
    status = ReadRows(wrap_ups, [&](Row& row) { log.wrap_ups.push_back(row.Number("gap_s")); });
    if (!status.ok()) return status;
  }
  if (log.calls.empty()) return absl::InvalidArgumentError(calls + ": no calls in it");
  return log;
}

}  // namespace hotline::sim
