#include "services/directory/core/rows.h"

#include <algorithm>

#include "services/directory/core/cells.h"

namespace hotline::directory {

std::vector<Row> ToRows(const Directory& directory, Personal personal) {
  std::vector<Row> rows;
  ForEachTable([&](const auto& table) {
    for (const auto& record : directory.*table.rows) rows.push_back(ToRow(record, personal));
  });
  return rows;
}

std::vector<Sheet> ToSheets(const std::vector<Row>& rows) {
  std::vector<Sheet> sheets;
  for (const std::string& table : TableNames()) {
    sheets.push_back({.table = table, .columns = ColumnNames(table)});
  }
  for (const Row& row : rows) {
    const auto sheet = std::find_if(sheets.begin(), sheets.end(),
                                    [&](const Sheet& s) { return s.table == row.table; });
    if (sheet == sheets.end()) continue;  // of a later program
    SheetLine& line = sheet->lines.emplace_back();
    line.cells.resize(sheet->columns.size());
    for (const auto& [column, cell] : row.fields) {
      const auto at = std::find(sheet->columns.begin(), sheet->columns.end(), column);
      if (at != sheet->columns.end()) {
        line.cells[static_cast<size_t>(at - sheet->columns.begin())] = cell;
      }
    }
  }
  return sheets;
}

std::string EncodeFields(const Row& row) {
  std::string text;
  for (const auto& [column, cell] : row.fields) text += column + "=" + cell + "\n";
  return text;
}

std::vector<std::pair<std::string, std::string>> DecodeFields(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> fields;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const size_t equals = line.find('=');
    if (equals == line.npos) continue;
    fields.emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
  return fields;
}

std::string MaskCell(std::string_view cell) {
  constexpr size_t kShown = 2;
  std::string masked;
  for (std::string item : SplitCell(cell)) {
    PhoneNumber number;
    const bool known = ParseCell(item, number).ok() && number.Masked() != number.Unmasked();
    // Short numbers are public as a rule and print in clear; a person's is not, whatever it looks
    // like.
    if (!known) std::fill(item.begin(), item.end() - std::min(kShown, item.size()), '*');
    if (!masked.empty()) masked += ";";
    masked += known ? number.Masked() : item;
  }
  return masked;
}

}  // namespace hotline::directory
