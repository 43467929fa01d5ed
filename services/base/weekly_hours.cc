#include "services/base/weekly_hours.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace hotline {
namespace {

constexpr int kMinute = 60;
constexpr int kDay = 24 * 60 * kMinute;
constexpr int kWeek = 7 * kDay;
constexpr absl::Duration kMaxUtcOffset = absl::Hours(14);  // Kiribati's, the largest in use

struct DayRange {
  int first = 0;  // 0 is Monday
  int last = 6;   // may be before `first`: over the weekend
};

std::optional<int> ParseDay(std::string_view text) {
  static constexpr std::array<const char*, 7> kDays = {"mon", "tue", "wed", "thu",
                                                       "fri", "sat", "sun"};
  for (int day = 0; day < 7; ++day) {
    if (absl::EqualsIgnoreCase(absl::string_view(text.data(), text.size()), kDays[day])) return day;
  }
  return std::nullopt;
}

std::optional<DayRange> ParseDays(std::string_view text) {
  if (text == "daily") return DayRange{};
  const size_t dash = text.find('-');
  const auto first = ParseDay(text.substr(0, dash));
  const auto last = dash == text.npos ? first : ParseDay(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  return DayRange{*first, *last};
}

/// Reads "HH:MM" up to 24:00 as seconds of the day.
std::optional<int> ParseTimeOfDay(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const size_t i : {0, 1, 3, 4}) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  const int seconds = (hour * 60 + minute) * kMinute;
  if (minute > 59 || seconds > kDay) return std::nullopt;
  return seconds;
}

/// Appends the seconds of the week that one entry covers; false if it cannot be read.
bool AppendEntry(std::string_view entry, std::vector<std::pair<int, int>>& ranges) {
  const size_t space = entry.find(' ');
  if (space == entry.npos) return false;
  const auto days = ParseDays(entry.substr(0, space));
  const std::string_view times = entry.substr(space + 1);
  const size_t dash = times.find('-');
  if (!days || dash == times.npos) return false;
  const auto start = ParseTimeOfDay(times.substr(0, dash));
  const auto end = ParseTimeOfDay(times.substr(dash + 1));
  if (!start || !end || *start == kDay) return false;

  const int length = *end > *start ? *end - *start : *end + kDay - *start;
  const int day_count = (days->last - days->first + 7) % 7 + 1;
  for (int i = 0; i < day_count; ++i) {
    const int from = (days->first + i) % 7 * kDay + *start;
    ranges.emplace_back(from, std::min(from + length, kWeek));
    if (from + length > kWeek) ranges.emplace_back(0, from + length - kWeek);  // Sunday night
  }
  return true;
}

/// Returns `t` as time since Monday 00:00 at the offset. Requires: `t` is finite.
absl::Duration SinceMonday(absl::Time t, absl::Duration utc_offset) {
  constexpr absl::Duration kWeekLength = absl::Seconds(kWeek);
  // 1970-01-01 was a Thursday.
  const absl::Duration since = t - absl::UnixEpoch() + utc_offset + absl::Hours(3 * 24);
  absl::Duration rest;
  absl::IDivDuration(since, kWeekLength, &rest);
  return rest < absl::ZeroDuration() ? rest + kWeekLength : rest;
}

bool IsFinite(absl::Time t) {
  return t != absl::InfiniteFuture() && t != absl::InfinitePast();
}

}  // namespace

absl::StatusOr<WeeklyHours> WeeklyHours::Parse(const std::vector<std::string>& entries,
                                               absl::Duration utc_offset) {
  if (absl::AbsDuration(utc_offset) > kMaxUtcOffset) {
    return absl::InvalidArgumentError(
        absl::StrCat("a UTC offset of ", absl::FormatDuration(utc_offset), " is out of range"));
  }
  std::vector<std::pair<int, int>> ranges;
  bool always = entries.empty();
  for (const std::string& entry : entries) {
    if (entry == "always") {
      always = true;
    } else if (!AppendEntry(entry, ranges)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", entry,
          "\" is no opening time; write \"Mon-Fri 09:00-17:30\", \"daily 22:00-06:00\"",
          " or \"always\""));
    }
  }
  WeeklyHours hours;
  if (always) return hours;

  std::sort(ranges.begin(), ranges.end());
  for (const auto& [start, end] : ranges) {
    if (!hours.spans_.empty() && start <= hours.spans_.back().end_s) {
      hours.spans_.back().end_s = std::max(hours.spans_.back().end_s, end);
    } else {
      hours.spans_.push_back({start, end});
    }
  }
  // The whole week is the same as always, so that equal hours compare equal.
  if (hours.spans_.front() == Span{0, kWeek}) return WeeklyHours();
  hours.utc_offset_ = utc_offset;
  return hours;
}

bool WeeklyHours::IsOpen(absl::Time t) const {
  if (spans_.empty()) return true;
  if (!IsFinite(t)) return false;
  const absl::Duration at = SinceMonday(t, utc_offset_);
  return std::any_of(spans_.begin(), spans_.end(), [at](const Span& span) {
    return absl::Seconds(span.start_s) <= at && at < absl::Seconds(span.end_s);
  });
}

absl::Time WeeklyHours::NextChange(absl::Time t) const {
  if (spans_.empty() || !IsFinite(t)) return absl::InfiniteFuture();
  const absl::Duration at = SinceMonday(t, utc_offset_);
  // A span up to Sunday 24:00 goes on in one that starts on Monday 00:00.
  const bool joined = spans_.front().start_s == 0 && spans_.back().end_s == kWeek;
  absl::Duration wait = absl::InfiniteDuration();
  const auto consider = [&](int boundary_s) {
    if (joined && boundary_s % kWeek == 0) return;
    const absl::Duration ahead = absl::Seconds(boundary_s) - at;
    wait = std::min(wait, ahead > absl::ZeroDuration() ? ahead : ahead + absl::Seconds(kWeek));
  };
  for (const Span& span : spans_) {
    consider(span.start_s);
    consider(span.end_s);
  }
  return t + wait;
}

}  // namespace hotline
