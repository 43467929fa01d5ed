#include "services/directory/core/cells.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

#include "services/directory/core/schema.h"

namespace hotline::directory {
namespace {

absl::Status Wrong(std::string_view cell, std::string_view reason) {
  return absl::InvalidArgumentError(absl::StrCat("\"", Absl(cell), "\" ", Absl(reason)));
}

/// Reads digits with single separators in between: "2026-11-23 08:30" with "-- :".
std::optional<std::vector<int>> ParseNumbers(std::string_view text, std::string_view separators) {
  std::vector<int> numbers;
  size_t digits = 0;
  int number = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] >= '0' && text[i] <= '9' && digits < 4) {
      number = number * 10 + (text[i] - '0');
      ++digits;
      continue;
    }
    const bool last = i == text.size();
    const size_t wanted = numbers.empty() ? 4 : 2;
    if (digits != wanted || last != (numbers.size() == separators.size())) return std::nullopt;
    if (!last && text[i] != separators[numbers.size()]) return std::nullopt;
    numbers.push_back(number);
    number = 0;
    digits = 0;
  }
  return numbers;
}

}  // namespace

std::vector<std::string> SplitCell(std::string_view cell) {
  std::vector<std::string> items;
  for (absl::string_view item : absl::StrSplit(Absl(cell), ';')) {
    item = absl::StripAsciiWhitespace(item);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

absl::Status ParseCell(std::string_view cell, std::string& out) {
  out = std::string(cell);
  return absl::OkStatus();
}

absl::Status ParseCell(std::string_view cell, bool& out) {
  if (cell != "yes" && cell != "no") return Wrong(cell, "is neither yes nor no");
  out = cell == "yes";
  return absl::OkStatus();
}

absl::Status ParseCell(std::string_view cell, int& out) {
  // SimpleAtoi takes blanks and a plus sign, which would not come out the same.
  if (absl::SimpleAtoi(Absl(cell), &out) && absl::StrCat(out) == cell) return absl::OkStatus();
  return Wrong(cell, "is no whole number");
}

absl::Status ParseCell(std::string_view cell, std::optional<double>& out) {
  double value = 0;
  if (!absl::SimpleAtod(Absl(cell), &value) || !std::isfinite(value))
    return Wrong(cell, "is no number");
  out = value;
  return absl::OkStatus();
}

absl::Status ParseCell(std::string_view cell, std::vector<std::string>& out) {
  out = SplitCell(cell);
  if (out.size() > kMaxListItems) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", out.size(), " items; the limit is ", kMaxListItems));
  }
  std::vector<std::string> sorted = out;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) return Wrong(*twice, "is listed twice");
  return absl::OkStatus();
}

absl::Status ParseCell(std::string_view cell, std::vector<SkillLevel>& out) {
  std::vector<std::string> names;
  for (const std::string& item : SplitCell(cell)) {
    const std::vector<std::string> parts = absl::StrSplit(item, absl::MaxSplits(':', 1));
    int level = 1;
    if (parts.size() == 2 && (!absl::SimpleAtoi(parts[1], &level) || level < 1 || level > 5)) {
      return Wrong(item, "has no level from 1 to 5");
    }
    out.push_back({parts[0], level});
    names.push_back(parts[0]);
  }
  return ParseCell(absl::StrJoin(names, ";"), names);
}

absl::Status ParseCell(std::string_view cell, PhoneNumber& out) {
  auto number = PhoneNumber::Parse(cell);
  if (!number.ok() || number->Unmasked().empty() || number->kind() == PhoneNumber::Kind::kOther) {
    return absl::InvalidArgumentError("is no telephone number");
  }
  out = *std::move(number);
  return absl::OkStatus();
}

absl::Status ParseCell(std::string_view cell, std::vector<PhoneNumber>& out) {
  for (const std::string& item : SplitCell(cell)) {
    PhoneNumber number;
    if (auto status = ParseCell(item, number); !status.ok()) return status;
    out.push_back(std::move(number));
  }
  return absl::OkStatus();
}

absl::Status ParseCell(std::string_view cell, Hours& out) {
  out.entries = SplitCell(cell);
  std::vector<std::string> every_day, by_weekday;
  for (const std::string& entry : out.entries) {
    const bool daily = entry == "always" || entry.starts_with("daily ");
    (daily ? every_day : by_weekday).push_back(entry);
  }
  const auto parse = [](const std::vector<std::string>& entries,
                        std::optional<WeeklyHours>& hours) {
    hours.reset();
    if (entries.empty()) return absl::OkStatus();
    auto week = WeeklyHours::Parse(entries, kUtcOffset);
    if (!week.ok()) return absl::InvalidArgumentError(week.status().message());
    hours = *std::move(week);
    return absl::OkStatus();
  };
  if (auto status = parse(every_day, out.every_day); !status.ok()) return status;
  if (auto status = parse(by_weekday, out.by_weekday); !status.ok()) return status;
  return absl::OkStatus();
}

absl::Status ParseCell(std::string_view cell, absl::CivilDay& out) {
  const auto numbers = ParseNumbers(cell, "--");
  if (numbers) {
    out = absl::CivilDay((*numbers)[0], (*numbers)[1], (*numbers)[2]);
    // 2026-02-30 would silently be March.
    if (FormatCell(out) == cell) return absl::OkStatus();
  }
  return Wrong(cell, "is no day like 2026-11-23");
}

absl::Status ParseCell(std::string_view cell, std::optional<absl::CivilDay>& out) {
  absl::CivilDay day;
  if (auto status = ParseCell(cell, day); !status.ok()) return status;
  out = day;
  return absl::OkStatus();
}

absl::Status ParseCell(std::string_view cell, absl::CivilMinute& out) {
  const auto n = ParseNumbers(cell, "-- :");
  if (n) {
    out = absl::CivilMinute((*n)[0], (*n)[1], (*n)[2], (*n)[3], (*n)[4]);
    if (FormatCell(out) == cell) return absl::OkStatus();
  }
  return Wrong(cell, "is no minute like 2026-11-23 08:30");
}

std::string FormatCell(const std::string& value) {
  return value;
}

std::string FormatCell(bool value) {
  return value ? "yes" : "no";
}

std::string FormatCell(int value) {
  return absl::StrCat(value);
}

std::string FormatCell(const std::optional<double>& value) {
  if (!value) return "";
  // The shortest text that reads back as the same number: degrees have few digits as a rule.
  for (int digits = 6; digits < 17; ++digits) {
    std::string text = absl::StrFormat("%.*g", digits, *value);
    double back = 0;
    if (absl::SimpleAtod(text, &back) && back == *value) return text;
  }
  return absl::StrFormat("%.17g", *value);
}

std::string FormatCell(const std::vector<std::string>& value) {
  return absl::StrJoin(value, ";");
}

std::string FormatCell(const std::vector<SkillLevel>& value) {
  return absl::StrJoin(value, ";", [](std::string* text, const SkillLevel& item) {
    absl::StrAppend(text, item.skill, ":", item.level);
  });
}

std::string FormatCell(const PhoneNumber& value) {
  return value.Unmasked();
}

std::string FormatCell(const std::vector<PhoneNumber>& value) {
  return absl::StrJoin(value, ";", [](std::string* text, const PhoneNumber& item) {
    absl::StrAppend(text, item.Unmasked());
  });
}

std::string FormatCell(const Hours& value) {
  return absl::StrJoin(value.entries, ";");
}

std::string FormatCell(absl::CivilDay value) {
  return absl::FormatCivilTime(value);
}

std::string FormatCell(const std::optional<absl::CivilDay>& value) {
  return value ? FormatCell(*value) : "";
}

std::string FormatCell(absl::CivilMinute value) {
  std::string text = absl::FormatCivilTime(value);  // 2026-11-23T08:30
  text[text.find('T')] = ' ';
  return text;
}

}  // namespace hotline::directory
