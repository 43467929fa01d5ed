// The form between files and records: named columns, lines of text cells. CSV, YAML, the store and
// messages all become sheets, so that one reader (read.h) judges them all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotline::directory {

struct SheetLine {
  int line = 0;                    ///< in the file, from 1; 0: not from a file
  std::vector<std::string> cells;  ///< as many as the sheet has columns
  friend bool operator==(const SheetLine&, const SheetLine&) = default;
};

struct Sheet {
  std::string file;   ///< for problems
  std::string table;  ///< "nodes"
  int header_line = 0;
  std::vector<std::string> columns;
  std::vector<SheetLine> lines;
};

/// Something a person must mend, or should look at.
struct Problem {
  enum class Severity { kError, kWarning };

  Severity severity = Severity::kError;
  std::string file;  ///< empty: what was in the directory before
  int line = 0;
  std::string table;
  std::string column;  ///< empty: the line as a whole
  std::string reason;
  friend bool operator==(const Problem&, const Problem&) = default;
};

/// More warnings, or more errors behind them, are not listed: a file of another kind has one in
/// each line. Warnings never keep an error out.
inline constexpr size_t kMaxProblems = 2000;
/// Lines of one table; China has some 600,000 villages.
inline constexpr size_t kMaxLines = 1'000'000;

/// Notes a problem, with what is no UTF-8 replaced; after the limit only that there are more.
void AddProblem(std::vector<Problem>& problems, Problem problem);

/// Returns whether the text is UTF-8 as RFC 3629 has it: no surrogates, nothing longer than needed.
bool IsUtf8(std::string_view text);

/// "nodes.csv:12: error: hours: …"
std::string FormatProblem(const Problem& problem);

/// Returns whether there is a problem that forbids the import.
bool HasErrors(const std::vector<Problem>& problems);

}  // namespace hotline::directory
