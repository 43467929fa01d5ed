// Text in columns. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotline::ctl {

/// Rows of cells under a heading, as wide as they need to be.
class Table {
 public:
  /// A heading that ends in '>' makes its column flush right (without the '>').
  explicit Table(std::vector<std::string> headings);

  /// Adds a row; missing cells and empty cells show as "-".
  ///
  /// Requires: not more cells than headings.
  void Add(std::vector<std::string> cells);

  bool empty() const { return rows_.empty(); }

  /// Returns the heading and the rows, each with a line end, without blanks at line ends.
  std::string Render() const;

 private:
  std::vector<std::string> headings_;
  std::vector<bool> flush_right_;
  std::vector<std::vector<std::string>> rows_;
};

/// Characters of UTF-8 text; good enough as its width where no wide characters are expected.
size_t Width(std::string_view text);

/// The first `width` characters of a line of UTF-8 text.
std::string Clip(std::string_view line, size_t width);

}  // namespace hotline::ctl
