// The numbers that differ between cities: each with a kind, a default, and the document it comes
// from. An area that says nothing has the default; what it says, it gives a source for.
//
// Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/directory/core/records.h"

namespace hotline::directory {

struct SettingRule {
  enum class Kind {
    kPercent,  ///< 0 to 100
    kCount,    ///< 0 to 1,000,000
    kSpan,     ///< 15s, 30m, 6h
    kWord,     ///< one of `words`, separated by '|'
    kHours,    ///< WeeklyHours::Parse's, separated by ';'
    kText,
  };

  std::string_view key;
  Kind kind;
  std::string_view fallback;
  /// 约束性: a promise that must be kept, and not an expected value (预期性).
  bool binding;
  std::string_view source;  ///< of the default
  std::string_view words = "";
};

/// Sorted by key.
const std::vector<SettingRule>& SettingRules();

/// Returns: INVALID_ARGUMENT with the reason if the key takes no such value or is unknown.
absl::Status CheckSetting(std::string_view key, std::string_view value);

/// What holds in an area, and who says so.
struct SettingValue {
  std::string value;
  std::string source;
  bool is_default = true;
};

/// Requires: `key` is in SettingRules().
SettingValue SettingOf(const Directory& directory, std::string_view area, std::string_view key);
/// Requires: the setting is a percentage or a count, and the directory is sound.
int SettingNumber(const Directory& directory, std::string_view area, std::string_view key);
/// Requires: the setting is a span, and the directory is sound.
absl::Duration SettingSpan(const Directory& directory, std::string_view area, std::string_view key);

}  // namespace hotline::directory
