#include "services/directory/core/check.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "services/directory/core/checker.h"
#include "services/directory/core/settings.h"

namespace hotline::directory {
namespace {

/// The ministry's six (R069), and "other", which is reported (R012).
constexpr std::array<std::string_view, 6> kSixCategories = {
    "complaint", "consult", "legal_aid", "legal_service", "mediation", "publicity"};
constexpr std::string_view kOtherCategory = "other";

bool HasDigits(std::string_view text, size_t count) {
  return text.size() == count &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Steps up to a category without parent; more than the limit for a circle.
int DepthOf(const Directory& directory, const Category& category) {
  int depth = 1;
  for (const Category* at = &category; !at->parent.empty() && depth <= kMaxCategoryDepth; ++depth) {
    const Category* parent = Find(directory.categories, at->parent);
    if (parent == nullptr) break;
    at = parent;
  }
  return depth;
}

void CheckCategories(Checker& checker) {
  const auto& categories = checker.directory.categories;
  for (const Category& category : categories) {
    checker.Follow(category, "parent", category.parent, categories);
    checker.CheckValidity(category, category.valid);
    if (DepthOf(checker.directory, category) > kMaxCategoryDepth) {
      checker.Error(category, "parent",
                    absl::StrCat("is more than ", kMaxCategoryDepth, " levels deep, or a circle"));
    }
    const bool is_top = category.id == kOtherCategory ||
                        std::find(kSixCategories.begin(), kSixCategories.end(), category.id) !=
                            kSixCategories.end();
    if (!category.parent.empty() && is_top) {
      checker.Error(category, "parent", "must be empty: it is one of the ministry's, or \"other\"");
    }
    if (category.parent.empty() && !is_top) {
      checker.Error(category, "parent",
                    "is empty: only the ministry's six categories and \"other\" stand alone");
    }
  }
  if (categories.empty()) return;
  for (const std::string_view id : kSixCategories) {
    if (Find(categories, id) == nullptr) {
      checker.Error(categories.front(), "",
                    absl::StrCat("is here, but the ministry's category \"", Absl(id), "\" is not"));
    }
  }
}

template <class T>
void CheckTwins(Checker& checker, const std::vector<T>& rows) {
  const auto same = [](const T& a, const T& b) {
    return a.Key() == b.Key();
  };
  for (auto it = std::adjacent_find(rows.begin(), rows.end(), same); it != rows.end();
       it = std::adjacent_find(it + 1, rows.end(), same)) {
    checker.Error(*(it + 1), "",
                  absl::StrCat("is there twice, the first time in line ", it->origin.line));
  }
}

}  // namespace

void CheckDictionaries(Checker& checker) {
  const Directory& d = checker.directory;
  for (const Area& area : d.areas) {
    if (!HasDigits(area.division, 6)) checker.Error(area, "division", "must have six digits");
    checker.Follow(area, "calendar", area.calendar, d.calendars);
  }
  CheckCategories(checker);
  for (const SpecialGroup& group : d.groups) checker.CheckValidity(group, group.valid);
  for (const Setting& setting : d.settings) {
    checker.Follow(setting, "area", setting.area, d.areas);
    if (setting.key.empty() || setting.value.empty()) continue;
    const auto status = CheckSetting(setting.key, setting.value);
    if (!status.ok()) checker.Error(setting, "value", std::string(status.message()));
  }
}

std::vector<Problem> Check(const Directory& directory, const std::vector<std::string>& files,
                           absl::CivilDay today) {
  Checker checker(directory, files, today);
  ForEachTable([&](const auto& table) { CheckTwins(checker, directory.*table.rows); });
  CheckDictionaries(checker);
  CheckTree(checker);
  CheckPeople(checker);
  CheckDuties(checker);
  CheckCatalogue(checker);

  std::vector<Problem> problems = checker.Take();
  const std::vector<std::string> tables = TableNames();
  const auto place = [&](const Problem& problem) {
    const auto table = std::find(tables.begin(), tables.end(), problem.table) - tables.begin();
    return std::tuple(table, problem.file, problem.line);
  };
  std::stable_sort(problems.begin(), problems.end(),
                   [&](const Problem& a, const Problem& b) { return place(a) < place(b); });
  return problems;
}

}  // namespace hotline::directory
