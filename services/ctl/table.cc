#include "services/ctl/table.h"

#include <algorithm>

#include "services/base/check.h"

namespace hotline::ctl {
namespace {

/// Continuation bytes of UTF-8 are 10xxxxxx.
bool StartsCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

void AppendRow(const std::vector<std::string>& cells, const std::vector<size_t>& widths,
               const std::vector<bool>& flush_right, std::string& text) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string blanks(widths[i] - Width(cells[i]), ' ');
    if (i > 0) line += "  ";
    line += flush_right[i] ? blanks + cells[i] : cells[i] + blanks;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  text += line + "\n";
}

}  // namespace

Table::Table(std::vector<std::string> headings) : headings_(std::move(headings)) {
  for (std::string& heading : headings_) {
    flush_right_.push_back(heading.ends_with('>'));
    if (flush_right_.back()) heading.pop_back();
  }
}

void Table::Add(std::vector<std::string> cells) {
  HOTLINE_CHECK(cells.size() <= headings_.size(), "a row is wider than its table");
  cells.resize(headings_.size());
  for (std::string& cell : cells) {
    if (cell.empty()) cell = "-";
  }
  rows_.push_back(std::move(cells));
}

std::string Table::Render() const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < headings_.size(); ++i) {
    size_t width = Width(headings_[i]);
    for (const auto& row : rows_) width = std::max(width, Width(row[i]));
    widths.push_back(width);
  }
  std::string text;
  AppendRow(headings_, widths, flush_right_, text);
  for (const auto& row : rows_) AppendRow(row, widths, flush_right_, text);
  return text;
}

size_t Width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), StartsCharacter));
}

std::string Clip(std::string_view line, size_t width) {
  size_t characters = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (StartsCharacter(line[i]) && ++characters > width) return std::string(line.substr(0, i));
  }
  return std::string(line);
}

}  // namespace hotline::ctl
