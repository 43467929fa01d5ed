// A time limit as rules write it: "5wd", "4wh", "6h", "15d".
//
// Pure values. What a limit means from a given moment, WorkingCalendar says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace hotline {

struct TimeLimit {
  enum class Unit : uint8_t {
    kNone = 0,          ///< no limit
    kMinutes = 1,       ///< "30min": of the clock on the wall
    kHours = 2,         ///< "6h": of the clock on the wall
    kWorkingHours = 3,  ///< "4wh": hours of work on working days
    kWorkingDays = 4,   ///< "5wd": the fifth working day after, to its end
    kDays = 5,          ///< "15d": the fifteenth day after, to its end
    kSameDay = 6,       ///< "same-day": today, or the next morning if it is late already
  };
  Unit unit = Unit::kNone;
  int count = 0;  ///< 0 with kNone and kSameDay

  explicit operator bool() const { return unit != Unit::kNone; }

  friend bool operator==(const TimeLimit&, const TimeLimit&) = default;
};

/// The highest count; more is a slip of the finger.
inline constexpr int kMaxLimitCount = 10'000;

/// Reads "5wd", "4wh", "6h", "30min", "15d" or "same-day".
/// Returns: INVALID_ARGUMENT with the forms that are known.
absl::StatusOr<TimeLimit> ParseTimeLimit(std::string_view text);

/// What ParseTimeLimit reads; "none" for no limit.
std::string FormatTimeLimit(TimeLimit limit);

constexpr TimeLimit Minutes(int count) {
  return {TimeLimit::Unit::kMinutes, count};
}

constexpr TimeLimit Hours(int count) {
  return {TimeLimit::Unit::kHours, count};
}

constexpr TimeLimit WorkingHours(int count) {
  return {TimeLimit::Unit::kWorkingHours, count};
}

constexpr TimeLimit WorkingDays(int count) {
  return {TimeLimit::Unit::kWorkingDays, count};
}

constexpr TimeLimit Days(int count) {
  return {TimeLimit::Unit::kDays, count};
}

constexpr TimeLimit SameDay() {
  return {TimeLimit::Unit::kSameDay, 0};
}

}  // namespace hotline
