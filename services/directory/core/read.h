// Sheets to records and back. Reading never stops at a mistake: it notes it and goes on, so that a
// person sees all of them at once.
//
// Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "services/directory/core/records.h"
#include "services/directory/core/sheet.h"

namespace hotline::directory {

/// What was read. Each record whose line could be made out is there, with what could be read of it,
/// so that others which point to it are not reported as well.
struct Draft {
  Directory directory;
  std::vector<std::string> files;   ///< Origin::file is an index of it
  std::vector<std::string> tables;  ///< which were given, perhaps empty
  std::vector<Problem> problems;
};

Draft ReadSheets(const std::vector<Sheet>& sheets);

/// Returns `base` with the tables of `draft` in place of its own.
Directory Replace(const Directory& base, const Draft& draft);

/// All tables, or those named. Reading them again gives the same records.
std::vector<Sheet> ToSheets(const Directory& directory,
                            const std::vector<std::string>& tables = {});

/// Finds a record by its key. Requires: `rows` is sorted, as in a Directory.
template <class T>
const T* Find(const std::vector<T>& rows, std::string_view key) {
  const auto it = std::lower_bound(rows.begin(), rows.end(), key,
                                   [](const T& row, std::string_view k) { return row.Key() < k; });
  return it != rows.end() && it->Key() == key ? &*it : nullptr;
}

}  // namespace hotline::directory
