#include "services/directory/core/sheet.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace hotline::directory {
namespace {

/// Bytes of the sequence at the front; 0 if there is none (RFC 3629, section 4).
size_t SequenceLength(std::string_view text) {
  const auto at = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto tail = [&](size_t i) {
    return (at(i) & 0xc0) == 0x80;
  };
  const unsigned first = at(0), second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return tail(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && second < 0xa0;
    const bool surrogate = first == 0xed && second >= 0xa0;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && second < 0x90;
    const bool beyond = first == 0xf4 && second >= 0x90;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

void Clean(std::string& text) {
  for (size_t i = 0; i < text.size();) {
    const size_t length = SequenceLength(std::string_view(text).substr(i));
    if (length == 0) text[i] = '?';
    i += std::max<size_t>(1, length);
  }
}

}  // namespace

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void AddProblem(std::vector<Problem>& problems, Problem problem) {
  const bool is_error = problem.severity == Problem::Severity::kError;
  const size_t limit = is_error ? 2 * kMaxProblems : kMaxProblems;
  if (problems.size() > limit) return;
  if (problems.size() == limit) problem.reason = "… and more: mend the others first";
  for (std::string* text : {&problem.file, &problem.table, &problem.column, &problem.reason}) {
    Clean(*text);
  }
  problems.push_back(std::move(problem));
}

std::string FormatProblem(const Problem& problem) {
  std::string text = problem.file.empty() ? absl::StrCat("(in the directory) ", problem.table)
                                          : absl::StrCat(problem.file, ":", problem.line);
  absl::StrAppend(&text,
                  problem.severity == Problem::Severity::kError ? ": error: " : ": warning: ");
  if (!problem.column.empty()) absl::StrAppend(&text, problem.column, ": ");
  return absl::StrCat(text, problem.reason);
}

bool HasErrors(const std::vector<Problem>& problems) {
  return std::any_of(problems.begin(), problems.end(), [](const Problem& problem) {
    return problem.severity == Problem::Severity::kError;
  });
}

}  // namespace hotline::directory
