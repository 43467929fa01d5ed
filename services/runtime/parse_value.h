// Values as people write them in configuration. Each error is a sentence that quotes the text and
// says what to write instead; config.h puts the key in front.
//
// Pure functions.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace hotline {

/// Inclusive limits.
struct IntRange {
  int64_t min = std::numeric_limits<int64_t>::min();
  int64_t max = std::numeric_limits<int64_t>::max();
};

/// Inclusive limits. By default not negative and not longer than a year.
struct DurationRange {
  absl::Duration min = absl::ZeroDuration();
  absl::Duration max = absl::Hours(366 * 24);
};

/// Returns `text` in quotes, escaped, and shortened to what fits a line.
std::string Quote(std::string_view text);

/// Reads a decimal whole number.
absl::StatusOr<int64_t> ParseInt(std::string_view text, IntRange range);

/// Reads "250ms", "15s", "10m", "1h", "1h30m" or "0".
absl::StatusOr<absl::Duration> ParseDuration(std::string_view text, DurationRange range);

/// Reads "true" or "false".
absl::StatusOr<bool> ParseBool(std::string_view text);

/// Returns OK if `text` is 1 to 32 of a-z, 0-9 and hyphen: fit for Redis keys, file names and
/// labels.
absl::Status CheckName(std::string_view text);

}  // namespace hotline
