#include "services/base/time_limit.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace hotline {
namespace {

using Unit = TimeLimit::Unit;

constexpr std::string_view kSameDayText = "same-day";
constexpr std::array<std::pair<std::string_view, Unit>, 5> kUnits = {{{"min", Unit::kMinutes},
                                                                      {"h", Unit::kHours},
                                                                      {"wh", Unit::kWorkingHours},
                                                                      {"wd", Unit::kWorkingDays},
                                                                      {"d", Unit::kDays}}};

}  // namespace

absl::StatusOr<TimeLimit> ParseTimeLimit(std::string_view text) {
  if (text == kSameDayText) return SameDay();
  const auto letters = std::find_if_not(text.begin(), text.end(), absl::ascii_isdigit);
  const std::string digits(text.begin(), letters);
  const std::string_view word = text.substr(digits.size());
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                 [&](const auto& known) { return known.first == word; });
  int count = 0;
  if (unit != kUnits.end() && absl::SimpleAtoi(digits, &count) && count >= 1 &&
      count <= kMaxLimitCount) {
    return TimeLimit{unit->second, count};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", std::string(text.substr(0, 40)), "\" is no time limit; write 1 to ",
                   kMaxLimitCount, " and a unit: 5wd (working days), 4wh (working hours), 6h ",
                   "(hours), 15d (days), 30min (minutes), or same-day"));
}

std::string FormatTimeLimit(TimeLimit limit) {
  if (limit.unit == Unit::kNone) return "none";
  if (limit.unit == Unit::kSameDay) return std::string(kSameDayText);
  for (const auto& [word, unit] : kUnits) {
    if (unit == limit.unit) return absl::StrCat(limit.count, std::string(word));
  }
  return "unknown";
}

}  // namespace hotline
