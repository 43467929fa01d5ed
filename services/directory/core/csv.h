// CSV after RFC 4180: commas, quotes where needed, a quote inside doubled. One file is one table,
// the first line names the columns. A byte order mark (spreadsheets write one) is skipped.
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/directory/core/sheet.h"

namespace hotline::directory {

/// Reads one file. What cannot be made out is added to `problems`, and its line is left out.
Sheet ParseCsv(std::string file, std::string table, std::string_view text,
               std::vector<Problem>& problems);

std::string FormatCsv(const Sheet& sheet);

}  // namespace hotline::directory
