// The tables and their columns: how each cell becomes a member of a record and back. The only place
// that names columns; files, store, messages and hotline-ctl all follow it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "services/directory/core/records.h"
#include "services/directory/core/sheet.h"

namespace hotline::directory {

/// Longest cell: an address or a list, not a document.
inline constexpr size_t kMaxCellBytes = 2000;
/// Items in one cell.
inline constexpr size_t kMaxListItems = 64;

template <class T>
struct Column {
  std::string_view name;
  bool required = false;
  /// Personal data: masked for those who need not call (R122).
  bool personal = false;
  /// Reads a cell that is not empty. Returns: INVALID_ARGUMENT with the reason.
  std::function<absl::Status(std::string_view, T&)> parse;
  std::function<std::string(const T&)> format;
};

template <class T>
struct Table {
  std::string_view name;
  std::vector<T> Directory::*rows;
  std::vector<Column<T>> columns;
};

template <class T>
const Table<T>& TableOf();

/// Calls `f(table)` for each table, those that others point to first.
template <class F>
void ForEachTable(F&& f) {
  f(TableOf<Area>());
  f(TableOf<Skill>());
  f(TableOf<Category>());
  f(TableOf<SpecialGroup>());
  f(TableOf<Node>());
  f(TableOf<Person>());
  f(TableOf<Adviser>());
  f(TableOf<Roster>());
  f(TableOf<Duty>());
  f(TableOf<Calendar>());
  f(TableOf<CalendarDay>());
  f(TableOf<Service>());
  f(TableOf<Material>());
  f(TableOf<Setting>());
}

/// In ForEachTable's order.
std::vector<std::string> TableNames();
/// Empty if there is no such table.
std::vector<std::string> ColumnNames(std::string_view table);

/// 1 to 64 of a-z, 0-9, hyphen, underscore.
bool IsId(std::string_view text);

}  // namespace hotline::directory
