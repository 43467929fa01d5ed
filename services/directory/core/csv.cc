#include "services/directory/core/csv.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

#include "services/base/absl_view.h"

namespace hotline::directory {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Takes one record after the other off a text.
class CsvScanner {
 public:
  explicit CsvScanner(std::string_view text) : text_(text) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  }

  bool AtEnd() const { return at_ >= text_.size(); }

  int line() const { return line_; }

  /// Reads the cells of the next record. Returns what is wrong with it, or nothing.
  std::string_view Next(std::vector<std::string>& cells) {
    cells.clear();
    std::string_view wrong;
    for (;;) {
      std::string cell;
      const std::string_view problem =
          at_ < text_.size() && text_[at_] == '"' ? Quoted(cell) : Plain(cell);
      if (wrong.empty()) wrong = problem;
      cells.push_back(std::move(cell));
      if (at_ < text_.size() && text_[at_] == ',') {
        ++at_;
        continue;
      }
      EndLine();
      return wrong;
    }
  }

 private:
  std::string_view Plain(std::string& cell) {
    const size_t start = at_;
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n') ++at_;
    cell = std::string(text_.substr(start, at_ - start));
    if (cell.ends_with('\r')) cell.pop_back();
    return cell.find('"') == cell.npos ? ""
                                       : "has a quote inside a cell that does not start with one";
  }

  std::string_view Quoted(std::string& cell) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        cell.push_back(text_[at_]);
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell.push_back('"');
        ++at_;
      } else {
        ++at_;
        const bool sound = AtEnd() || text_[at_] == ',' || text_[at_] == '\n' || text_[at_] == '\r';
        while (!AtEnd() && text_[at_] != ',' && text_[at_] != '\n') ++at_;
        return sound ? "" : "has text behind a closing quote";
      }
    }
    return "has a quote that is never closed";
  }

  void EndLine() {
    if (at_ < text_.size()) ++at_;
    ++line_;
  }

  const std::string_view text_;
  size_t at_ = 0;
  int line_ = 1;
};

void AppendCell(std::string_view cell, std::string& out) {
  if (cell.find_first_of(",\"\r\n") == cell.npos) {
    out.append(cell);
  } else {
    absl::StrAppend(&out, "\"", absl::StrReplaceAll(Absl(cell), {{"\"", "\"\""}}), "\"");
  }
}

void AppendLine(const std::vector<std::string>& cells, std::string& out) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out.push_back(',');
    AppendCell(cells[i], out);
  }
  out.append("\r\n");
}

}  // namespace

Sheet ParseCsv(std::string file, std::string table, std::string_view text,
               std::vector<Problem>& problems) {
  Sheet sheet{.file = std::move(file), .table = std::move(table)};
  CsvScanner scanner(text);
  std::vector<std::string> cells;
  const auto report = [&](int line, std::string reason) {
    AddProblem(
        problems,
        {.file = sheet.file, .line = line, .table = sheet.table, .reason = std::move(reason)});
  };
  while (!scanner.AtEnd()) {
    const int line = scanner.line();
    const std::string_view wrong = scanner.Next(cells);
    if (!wrong.empty()) {
      report(line, std::string(wrong));
    } else if (cells.size() == 1 && absl::StripAsciiWhitespace(cells[0]).empty()) {
      continue;  // an empty line
    } else if (sheet.header_line == 0) {
      sheet.header_line = line;
      for (const auto& cell : cells) sheet.columns.emplace_back(absl::StripAsciiWhitespace(cell));
    } else if (cells.size() != sheet.columns.size()) {
      report(line, absl::StrCat("has ", cells.size(), " cells; the first line names ",
                                sheet.columns.size(), " columns"));
    } else if (sheet.lines.size() >= kMaxLines) {
      report(line, absl::StrCat("is one too many: the limit is ", kMaxLines, " lines"));
      break;
    } else {
      sheet.lines.push_back({line, cells});
    }
  }
  if (sheet.header_line == 0) report(1, "is empty: the first line must name the columns");
  return sheet;
}

std::string FormatCsv(const Sheet& sheet) {
  std::string out;
  AppendLine(sheet.columns, out);
  for (const SheetLine& line : sheet.lines) AppendLine(line.cells, out);
  return out;
}

}  // namespace hotline::directory
