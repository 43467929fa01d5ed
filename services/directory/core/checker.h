// What the parts of Check() share: the directory, and how a problem of a record is noted.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

#include "services/base/absl_view.h"
#include "services/directory/core/read.h"
#include "services/directory/core/schema.h"

namespace hotline::directory {

class Checker {
 public:
  Checker(const Directory& all, const std::vector<std::string>& files, absl::CivilDay day)
      : directory(all), today(day), files_(files) {}

  const Directory& directory;
  const absl::CivilDay today;

  template <class T>
  void Error(const T& row, std::string_view column, std::string reason) {
    Note(Problem::Severity::kError, row, column, std::move(reason));
  }

  template <class T>
  void Warn(const T& row, std::string_view column, std::string reason) {
    Note(Problem::Severity::kWarning, row, column, std::move(reason));
  }

  /// Returns the record of `rows` that `row` points to, or notes that there is none. Empty: points
  /// nowhere.
  template <class T, class Target>
  const Target* Follow(const T& row, std::string_view column, std::string_view key,
                       const std::vector<Target>& rows) {
    if (key.empty()) return nullptr;
    const Target* target = Find(rows, key);
    if (target == nullptr) {
      Error(row, column,
            absl::StrCat("there is no \"", Absl(key), "\" in ", Absl(TableOf<Target>().name)));
    }
    return target;
  }

  template <class T>
  void CheckValidity(const T& row, const Validity& valid) {
    if (valid.from && valid.until && *valid.until < *valid.from) {
      Error(row, "until", "is before \"from\"");
    }
  }

  template <class T>
  void CheckRange(const T& row, std::string_view column, int value, std::pair<int, int> range) {
    if (value >= range.first && value <= range.second) return;
    Error(row, column, absl::StrCat(value, " is not from ", range.first, " to ", range.second));
  }

  template <class T>
  void CheckSkills(const T& row, const std::vector<SkillLevel>& skills) {
    for (const SkillLevel& skill : skills) Follow(row, "skills", skill.skill, directory.skills);
  }

  std::vector<Problem> Take() { return std::move(problems_); }

 private:
  template <class T>
  void Note(Problem::Severity severity, const T& row, std::string_view column, std::string reason) {
    const bool from_file = row.origin.line > 0 && row.origin.file < files_.size();
    AddProblem(problems_, {.severity = severity,
                           .file = from_file ? files_[row.origin.file] : "",
                           .line = from_file ? static_cast<int>(row.origin.line) : 0,
                           .table = std::string(TableOf<T>().name),
                           .column = std::string(column),
                           .reason = absl::StrCat(row.Key(), ": ", reason)});
  }

  const std::vector<std::string>& files_;
  std::vector<Problem> problems_;
};

/// Notes those of `rows` that begin while another one still holds. They may come in any order.
template <class T>
void CheckApart(Checker& checker, std::vector<const T*> rows, const std::string& reason) {
  std::stable_sort(rows.begin(), rows.end(), [](const T* a, const T* b) {
    return a->valid.from < b->valid.from;  // no first day: before all others
  });
  const T* longest = nullptr;  // of those before, the one that holds longest
  for (const T* row : rows) {
    const bool overlaps =
        longest != nullptr && longest->Key() != row->Key() &&
        (!longest->valid.until || !row->valid.from || *row->valid.from <= *longest->valid.until);
    if (overlaps) checker.Error(*row, "from", reason);
    if (longest == nullptr || !row->valid.until ||
        (longest->valid.until && *longest->valid.until < *row->valid.until)) {
      longest = row;
    }
  }
}

void CheckDictionaries(Checker& checker);
void CheckTree(Checker& checker);
void CheckPeople(Checker& checker);
void CheckDuties(Checker& checker);
void CheckCatalogue(Checker& checker);

}  // namespace hotline::directory
