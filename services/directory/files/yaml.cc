#include "services/directory/files/yaml.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/base/absl_view.h"
#include "services/directory/core/schema.h"

#include <yaml-cpp/yaml.h>

namespace hotline::directory {
namespace {

/// Text of all cells: an alias may stand for what is written once a million times.
constexpr size_t kMaxYamlBytes = size_t{64} << 20;

class YamlTables {
 public:
  YamlTables(std::string file, std::vector<Sheet>& sheets, std::vector<Problem>& problems)
      : file_(std::move(file)), sheets_(sheets), problems_(problems) {}

  void Read(const YAML::Node& root) {
    if (!root.IsMap()) return Report(root, "", "", "must be a map from tables to lists");
    for (const auto& entry : root) ReadTable(entry.first, entry.second);
  }

  void Report(int line, std::string table, std::string column, std::string reason) {
    AddProblem(problems_, {.file = file_,
                           .line = line,
                           .table = std::move(table),
                           .column = std::move(column),
                           .reason = std::move(reason)});
  }

 private:
  static int LineOf(const YAML::Node& node) { return node.Mark().line + 1; }

  void Report(const YAML::Node& node, std::string table, std::string column, std::string reason) {
    Report(LineOf(node), std::move(table), std::move(column), std::move(reason));
  }

  void ReadTable(const YAML::Node& name, const YAML::Node& list) {
    Sheet sheet{.file = file_, .table = name.IsScalar() ? name.Scalar() : ""};
    sheet.columns = ColumnNames(sheet.table);
    sheet.header_line = LineOf(name);
    if (sheet.columns.empty()) {
      return Report(name, sheet.table, "", absl::StrCat("there is no table \"", sheet.table, "\""));
    }
    if (list.IsNull()) {
      sheets_.push_back(std::move(sheet));
      return;
    }
    if (!list.IsSequence()) return Report(list, sheet.table, "", "must be a list of maps");
    for (const auto& record : list) {
      if (sheet.lines.size() >= kMaxLines || bytes_ > kMaxYamlBytes) {
        Report(record, sheet.table, "", "is one too many: the file has more than it looks like");
        break;
      }
      if (record.IsMap()) {
        sheet.lines.push_back(ReadRecord(sheet, record));
      } else {
        Report(record, sheet.table, "", "must be a map");
      }
    }
    sheets_.push_back(std::move(sheet));
  }

  SheetLine ReadRecord(const Sheet& sheet, const YAML::Node& record) {
    SheetLine line{LineOf(record), std::vector<std::string>(sheet.columns.size())};
    std::vector<bool> seen(sheet.columns.size());
    for (const auto& entry : record) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      const auto column = std::find(sheet.columns.begin(), sheet.columns.end(), key);
      const auto index = static_cast<size_t>(column - sheet.columns.begin());
      if (column == sheet.columns.end()) {
        Report(entry.first, sheet.table, key, "is no column of this table");
      } else if (seen[index]) {
        Report(entry.first, sheet.table, key, "is there twice");
      } else if (auto cell = CellOf(entry.second)) {
        seen[index] = true;
        bytes_ += cell->size();
        line.cells[index] = *std::move(cell);
      } else {
        Report(entry.second, sheet.table, key, "must be a text, a list of texts or a map of them");
      }
    }
    return line;
  }

  /// The cell as it would be in CSV.
  static std::optional<std::string> CellOf(const YAML::Node& node) {
    if (node.IsNull()) return "";
    if (node.IsScalar()) return node.Scalar();
    std::vector<std::string> items;
    if (node.IsSequence()) {
      for (const auto& item : node) {
        if (!item.IsScalar()) return std::nullopt;
        items.push_back(item.Scalar());
      }
    } else {
      for (const auto& item : node) {
        if (!item.first.IsScalar() || !item.second.IsScalar()) return std::nullopt;
        items.push_back(absl::StrCat(item.first.Scalar(), ":", item.second.Scalar()));
      }
    }
    return absl::StrJoin(items, ";");
  }

  const std::string file_;
  std::vector<Sheet>& sheets_;
  std::vector<Problem>& problems_;
  size_t bytes_ = 0;  ///< of all cells
};

/// Double-quoted: nothing in it means anything, and it is one line.
std::string QuoteYaml(const std::string& cell) {
  std::string out = "\"";
  for (const char c : cell) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + '"';
}

}  // namespace

void ParseYaml(const std::string& file, const std::string& text, std::vector<Sheet>& sheets,
               std::vector<Problem>& problems) {
  YamlTables tables(file, sheets, problems);
  try {
    tables.Read(YAML::Load(text));
  } catch (const YAML::Exception& error) {
    tables.Report(error.mark.line + 1, "", "", absl::StrCat("is no YAML: ", error.msg));
  }
}

std::string FormatYaml(const std::vector<Sheet>& sheets) {
  std::string out;
  for (const Sheet& sheet : sheets) {
    absl::StrAppend(&out, sheet.table, ":\n");
    for (const SheetLine& line : sheet.lines) {
      std::vector<std::string> fields;
      for (size_t i = 0; i < sheet.columns.size(); ++i) {
        if (line.cells[i].empty()) continue;
        fields.push_back(absl::StrCat(sheet.columns[i], ": ", QuoteYaml(line.cells[i])));
      }
      absl::StrAppend(&out, "  - {", absl::StrJoin(fields, ", "), "}\n");
    }
  }
  return out;
}

}  // namespace hotline::directory
