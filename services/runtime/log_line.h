// One log line: JSON with typed fields. A field can only be made from types that are safe to print;
// a PhoneNumber prints masked, whoever writes the log statement.
//
// Pure functions. A LogField refers to its value: use it as an argument, never keep it.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

#include "services/base/ids.h"
#include "services/base/phone_number.h"

namespace hotline {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

/// "debug", "info", "warn", "error".
std::string_view FormatLogLevel(LogLevel level);

/// A named value of a log line.
class LogField {
 public:
  LogField(std::string_view key, std::same_as<bool> auto value) : key_(key), value_(value) {}

  LogField(std::string_view key, std::signed_integral auto value)
      : key_(key), value_(int64_t{value}) {}

  LogField(std::string_view key,
           std::unsigned_integral auto value) requires(!std::same_as<decltype(value), bool>)
      : key_(key), value_(uint64_t{value}) {}

  LogField(std::string_view key, std::floating_point auto value)
      : key_(key), value_(static_cast<double>(value)) {}

  LogField(std::string_view key, std::string_view value) : key_(key), value_(value) {}

  LogField(std::string_view key, const char* value) : LogField(key, std::string_view(value)) {}

  LogField(std::string_view key, const std::string& value)
      : LogField(key, std::string_view(value)) {}

  LogField(std::string_view key, absl::string_view value)
      : LogField(key, std::string_view(value.data(), value.size())) {}

  /// As text, for example "1.5s".
  LogField(std::string_view key, absl::Duration value) : key_(key), value_(value) {}

  /// As RFC 3339 in UTC with milliseconds.
  LogField(std::string_view key, absl::Time value) : key_(key), value_(value) {}

  /// Masked.
  LogField(std::string_view key, const PhoneNumber& value) : key_(key), value_(&value) {}

  /// As "NOT_FOUND: there is no seat s9".
  LogField(std::string_view key, const absl::Status& value) : key_(key), value_(&value) {}

  /// As 13 characters of base32.
  template <class Kind>
  LogField(std::string_view key, StrongId<Kind> value) : key_(key), value_(Id{value.value}) {}

  /// Appends `"key":value`.
  void AppendTo(std::string& json) const;

 private:
  struct Id {
    uint64_t value;
  };

  std::string_view key_;
  std::variant<bool, int64_t, uint64_t, double, std::string_view, absl::Duration, absl::Time,
               const PhoneNumber*, const absl::Status*, Id>
      value_;
};

/// A text field longer than this is cut, with "…" at the end.
inline constexpr size_t kMaxLogTextBytes = 4096;

/// Appends `text` as a JSON string with quotes: control characters escaped (a log line is always
/// one line, and a terminal never obeys it), bytes that are no UTF-8 replaced by U+FFFD.
void AppendJsonString(std::string_view text, std::string& json);

/// Returns {"ts":"2026-01-05T01:02:03.004Z","level":"info","msg":…,fields…} without a line end.
std::string FormatLogLine(absl::Time time, LogLevel level, std::string_view message,
                          std::initializer_list<LogField> fields);

}  // namespace hotline
