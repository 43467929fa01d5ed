// A record as its key and the cells that are not empty: what the store keeps and messages carry.
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "services/directory/core/read.h"
#include "services/directory/core/schema.h"

namespace hotline::directory {

struct Row {
  std::string table;
  std::string key;
  std::vector<std::pair<std::string, std::string>> fields;  ///< column, cell
  friend bool operator==(const Row&, const Row&) = default;
};

enum class Personal { kClear, kMasked };

template <class T>
Row ToRow(const T& record, Personal personal = Personal::kClear);

/// All records, by table and key.
std::vector<Row> ToRows(const Directory& directory, Personal personal = Personal::kClear);

/// The same as a list of sheets, each with the columns of its table.
std::vector<Sheet> ToSheets(const std::vector<Row>& rows);

/// "column=cell" a line; cells have no line breaks (read.cc sees to that).
std::string EncodeFields(const Row& row);
std::vector<std::pair<std::string, std::string>> DecodeFields(std::string_view text);

/// A telephone number or a list of them as it is fit for everybody's eyes.
std::string MaskCell(std::string_view cell);

template <class T>
Row ToRow(const T& record, Personal personal) {
  Row row{.table = std::string(TableOf<T>().name), .key = std::string(record.Key())};
  for (const Column<T>& column : TableOf<T>().columns) {
    std::string cell = column.format(record);
    if (cell.empty()) continue;
    if (column.personal && personal == Personal::kMasked) cell = MaskCell(cell);
    row.fields.emplace_back(column.name, std::move(cell));
  }
  return row;
}

}  // namespace hotline::directory
