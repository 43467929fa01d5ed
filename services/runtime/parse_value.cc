#include "services/runtime/parse_value.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "services/base/absl_view.h"

namespace hotline {
namespace {

constexpr size_t kMaxQuoted = 60;
constexpr size_t kMaxName = 32;

}  // namespace

std::string Quote(std::string_view text) {
  const bool shortened = text.size() > kMaxQuoted;
  return absl::StrCat("\"", absl::Utf8SafeCEscape(Absl(text.substr(0, kMaxQuoted))),
                      shortened ? "…" : "", "\"");
}

absl::StatusOr<int64_t> ParseInt(std::string_view text, IntRange range) {
  int64_t value = 0;
  const bool plain = text.find_first_not_of("-0123456789") == text.npos;
  if (!plain || !absl::SimpleAtoi(Absl(text), &value)) {
    return absl::InvalidArgumentError(absl::StrCat(Quote(text), " is no whole number"));
  }
  if (value < range.min || value > range.max) {
    return absl::InvalidArgumentError(
        absl::StrCat(value, " is out of range; from ", range.min, " to ", range.max));
  }
  return value;
}

absl::StatusOr<absl::Duration> ParseDuration(std::string_view text, DurationRange range) {
  absl::Duration value;
  if (!absl::ParseDuration(Absl(text), &value) ||
      absl::AbsDuration(value) == absl::InfiniteDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quote(text), " is no duration; write 90s, 10m or 1h"));
  }
  if (value < range.min || value > range.max) {
    return absl::InvalidArgumentError(
        absl::StrCat(absl::FormatDuration(value), " is out of range; from ",
                     absl::FormatDuration(range.min), " to ", absl::FormatDuration(range.max)));
  }
  return value;
}

absl::StatusOr<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return absl::InvalidArgumentError(absl::StrCat(Quote(text), " is neither true nor false"));
}

absl::Status CheckName(std::string_view text) {
  const bool plain = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == text.npos;
  if (plain && !text.empty() && text.size() <= kMaxName) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Quote(text), " is no name; write 1 to 32 of a-z, 0-9 and -"));
}

}  // namespace hotline
