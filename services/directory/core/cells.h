// How values are written in a cell: lists with ';', skills as "labour:3", days as 2026-11-23,
// minutes as 2026-11-23 08:30, yes and no. For schema.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/base/absl_view.h"
#include "services/directory/core/records.h"

namespace hotline::directory {

absl::Status ParseCell(std::string_view cell, std::string& out);
absl::Status ParseCell(std::string_view cell, bool& out);
absl::Status ParseCell(std::string_view cell, int& out);
absl::Status ParseCell(std::string_view cell, std::optional<double>& out);
absl::Status ParseCell(std::string_view cell, std::vector<std::string>& out);
absl::Status ParseCell(std::string_view cell, std::vector<SkillLevel>& out);
absl::Status ParseCell(std::string_view cell, std::vector<PhoneNumber>& out);
absl::Status ParseCell(std::string_view cell, PhoneNumber& out);
absl::Status ParseCell(std::string_view cell, Hours& out);
absl::Status ParseCell(std::string_view cell, absl::CivilDay& out);
absl::Status ParseCell(std::string_view cell, std::optional<absl::CivilDay>& out);
absl::Status ParseCell(std::string_view cell, absl::CivilMinute& out);

std::string FormatCell(const std::string& value);
std::string FormatCell(bool value);
std::string FormatCell(int value);
std::string FormatCell(const std::optional<double>& value);
std::string FormatCell(const std::vector<std::string>& value);
std::string FormatCell(const std::vector<SkillLevel>& value);
std::string FormatCell(const std::vector<PhoneNumber>& value);
std::string FormatCell(const PhoneNumber& value);
std::string FormatCell(const Hours& value);
std::string FormatCell(absl::CivilDay value);
std::string FormatCell(const std::optional<absl::CivilDay>& value);
std::string FormatCell(absl::CivilMinute value);

/// Items between semicolons, without blanks around them.
std::vector<std::string> SplitCell(std::string_view cell);

template <class E>

requires std::is_enum_v<E> absl::Status ParseCell(std::string_view cell, E& out) {
  if (const auto value = FromWord<E>(cell)) {
    out = *value;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", Absl(cell), "\" is none of ",
                   absl::StrJoin(Words<E>::kAll, ", ", [](std::string* text, const auto& word) {
                     absl::StrAppend(text, Absl(word.first));
                   })));
}

template <class E>

requires std::is_enum_v<E> std::string FormatCell(E value) {
  return std::string(WordOf(value));
}

template <class E>

requires std::is_enum_v<E> absl::Status ParseCell(std::string_view cell, std::vector<E>& out) {
  for (const std::string& item : SplitCell(cell)) {
    E value{};
    if (auto status = ParseCell(item, value); !status.ok()) return status;
    out.push_back(value);
  }
  return absl::OkStatus();
}

template <class E>

requires std::is_enum_v<E> std::string FormatCell(const std::vector<E>& value) {
  return absl::StrJoin(
      value, ";", [](std::string* text, E item) { absl::StrAppend(text, Absl(WordOf(item))); });
}

}  // namespace hotline::directory
