#include "services/directory/core/read.h"

#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

#include "services/base/absl_view.h"
#include "services/directory/core/schema.h"

namespace hotline::directory {
namespace {

/// Returns why the text cannot be kept, or nothing.
std::optional<std::string> TextProblem(std::string_view cell) {
  if (cell.size() > kMaxCellBytes) {
    return absl::StrCat("has ", cell.size(), " bytes; the limit is ", kMaxCellBytes);
  }
  for (const char c : cell) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return "has a line break, a tab or another control character";
  }
  if (!IsUtf8(cell))
    return "is not UTF-8: save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")";
  return std::nullopt;
}

/// Reads the lines of one sheet into one table.
template <class T>
class SheetReader {
 public:
  SheetReader(const Sheet& sheet, uint32_t file, Draft& draft)
      : sheet_(sheet), file_(file), draft_(draft) {}

  void Read() {
    FindColumns();
    std::vector<T>& rows = draft_.directory.*TableOf<T>().rows;
    rows.reserve(rows.size() + sheet_.lines.size());
    for (const SheetLine& line : sheet_.lines) {
      if (rows.size() >= kMaxLines) {
        Report(line.line, "", absl::StrCat("is one too many: the limit is ", kMaxLines, " lines"));
        return;
      }
      rows.push_back(ReadLine(line));
    }
  }

 private:
  void Report(int line, std::string_view column, std::string reason) {
    AddProblem(draft_.problems, {.file = sheet_.file,
                                 .line = line,
                                 .table = sheet_.table,
                                 .column = std::string(column),
                                 .reason = std::move(reason)});
  }

  void FindColumns() {
    const auto& columns = TableOf<T>().columns;
    cell_of_.assign(columns.size(), std::nullopt);
    for (size_t i = 0; i < sheet_.columns.size(); ++i) {
      const std::string& name = sheet_.columns[i];
      size_t k = 0;
      while (k < columns.size() && columns[k].name != name) ++k;
      if (k == columns.size()) {
        Report(sheet_.header_line, name, "is no column of this table");
      } else if (cell_of_[k]) {
        Report(sheet_.header_line, name, "is there twice");
      } else {
        cell_of_[k] = i;
      }
    }
    for (size_t k = 0; k < columns.size(); ++k) {
      if (cell_of_[k] || !columns[k].required) continue;
      Report(sheet_.header_line, columns[k].name, "is missing");
    }
  }

  T ReadLine(const SheetLine& line) {
    T record;
    record.origin = {file_, static_cast<uint32_t>(line.line)};
    const auto& columns = TableOf<T>().columns;
    for (size_t k = 0; k < columns.size(); ++k) {
      if (!cell_of_[k] || *cell_of_[k] >= line.cells.size()) continue;
      const std::string_view cell = Std(absl::StripAsciiWhitespace(line.cells[*cell_of_[k]]));
      if (cell.empty()) {
        if (columns[k].required) Report(line.line, columns[k].name, "is empty");
      } else if (const auto problem = TextProblem(cell)) {
        Report(line.line, columns[k].name, *problem);
      } else if (const auto status = columns[k].parse(cell, record); !status.ok()) {
        Report(line.line, columns[k].name, std::string(status.message()));
      }
    }
    return record;
  }

  const Sheet& sheet_;
  const uint32_t file_;
  Draft& draft_;
  std::vector<std::optional<size_t>> cell_of_;  ///< by the table's column
};

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Draft ReadSheets(const std::vector<Sheet>& sheets) {
  Draft draft;
  for (const Sheet& sheet : sheets) {
    const auto file = static_cast<uint32_t>(draft.files.size());
    draft.files.push_back(sheet.file);
    bool known = false;
    ForEachTable([&]<class T>(const Table<T>& table) {
      if (table.name != sheet.table) return;
      known = true;
      if (!Contains(draft.tables, table.name)) draft.tables.emplace_back(table.name);
      SheetReader<T>(sheet, file, draft).Read();
    });
    if (!known) {
      AddProblem(draft.problems,
                 {.file = sheet.file,
                  .line = sheet.header_line,
                  .table = sheet.table,
                  .reason = absl::StrCat("there is no table \"", sheet.table, "\"")});
    }
  }
  ForEachTable([&]<class T>(const Table<T>& table) {
    std::vector<T>& rows = draft.directory.*table.rows;
    std::stable_sort(rows.begin(), rows.end(),
                     [](const T& a, const T& b) { return a.Key() < b.Key(); });
  });
  return draft;
}

Directory Replace(const Directory& base, const Draft& draft) {
  Directory merged;
  ForEachTable([&]<class T>(const Table<T>& table) {
    if (Contains(draft.tables, table.name)) {
      merged.*table.rows = draft.directory.*table.rows;
    } else {
      merged.*table.rows = base.*table.rows;
      for (T& row : merged.*table.rows) row.origin = {};
    }
  });
  return merged;
}

std::vector<Sheet> ToSheets(const Directory& directory, const std::vector<std::string>& tables) {
  std::vector<Sheet> sheets;
  ForEachTable([&]<class T>(const Table<T>& table) {
    if (!tables.empty() && !Contains(tables, table.name)) return;
    Sheet& sheet = sheets.emplace_back();
    sheet.table = std::string(table.name);
    for (const auto& column : table.columns) sheet.columns.emplace_back(column.name);
    const std::vector<T>& rows = directory.*table.rows;
    sheet.lines.reserve(rows.size());
    for (const T& row : rows) {
      SheetLine& line = sheet.lines.emplace_back();
      for (const auto& column : table.columns) line.cells.push_back(column.format(row));
    }
  });
  return sheets;
}

}  // namespace hotline::directory
