// Working calendars, the catalogue of services and the lists of materials.
#include <algorithm>
#include <array>

#include "absl/container/btree_map.h"

#include "services/base/time_limit.h"
#include "services/base/working_calendar.h"
#include "services/directory/core/checker.h"

namespace hotline::directory {
namespace {

/// The "3" of "3 + X": each area's centres have a core service in these categories (R046).
constexpr std::array<std::string_view, 3> kCore = {"consult", "legal_aid", "mediation"};

void CheckWorkingHours(Checker& checker, const Calendar& calendar) {
  const auto made = WorkingCalendar::Make({.working_hours = calendar.working_hours});
  if (!made.ok()) {
    checker.Error(calendar, "working_hours", std::string(made.status().message()));
  }
}

void CheckDays(Checker& checker) {
  for (const CalendarDay& day : checker.directory.calendar_days) {
    checker.Follow(day, "calendar", day.calendar, checker.directory.calendars);
    const absl::Weekday weekday = absl::GetWeekday(day.date);
    const bool weekend = weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
    if (day.kind == DayKind::kMakeUp && !weekend) {
      checker.Error(day, "kind", "is a working day anyway: only weekends are made up for");
    }
  }
}

/// The versions of one code follow one another.
void CheckServices(Checker& checker) {
  const Directory& d = checker.directory;
  absl::btree_map<std::string_view, std::vector<const Service*>> by_code;
  for (const Service& service : d.services) {
    checker.Follow(service, "category", service.category, d.categories);
    checker.CheckValidity(service, service.valid);
    checker.CheckRange(service, "version", service.version, {1, 9999});
    if (!service.limit.empty() && !ParseTimeLimit(service.limit).ok()) {
      checker.Error(service, "limit",
                    absl::StrCat("\"", service.limit, "\" is no limit like 5wd, 4wh, 6h or 15d"));
    }
    by_code[service.code].push_back(&service);
  }
  for (const auto& [code, versions] : by_code) {
    CheckApart(checker, versions, "another version is in force at the same time");
  }
}

bool IsInCategory(const Directory& directory, std::string_view category, std::string_view top) {
  for (int steps = 0; steps < 4 && !category.empty(); ++steps) {
    if (category == top) return true;
    const Category* at = Find(directory.categories, category);
    category = at == nullptr ? std::string_view() : std::string_view(at->parent);
  }
  return false;
}

void CheckCore(Checker& checker) {
  const Directory& d = checker.directory;
  if (d.services.empty()) return;
  for (const std::string_view category : kCore) {
    const bool there = std::any_of(d.services.begin(), d.services.end(), [&](const Service& s) {
      return s.part == CataloguePart::kCore && s.valid.Covers(checker.today) &&
             IsInCategory(d, s.category, category);
    });
    if (!there) {
      checker.Error(d.services.front(), "part",
                    absl::StrCat("is here, but no core service in force in \"", Absl(category),
                                 "\" is: 3 + X needs all three"));
    }
  }
}

void CheckMaterials(Checker& checker) {
  for (const Material& material : checker.directory.materials) {
    if (!material.service.empty() &&
        Find(checker.directory.services, absl::StrCat(material.service, "/", material.version)) ==
            nullptr) {
      checker.Error(
          material, "service",
          absl::StrCat("there is no version ", material.version, " of \"", material.service, "\""));
    }
    checker.CheckRange(material, "position", material.position, {1, 999});
    checker.CheckRange(material, "originals", material.originals, {0, 99});
    checker.CheckRange(material, "copies", material.copies, {0, 99});
    if (material.originals == 0 && material.copies == 0) {
      checker.Error(material, "originals", "neither an original nor a copy is asked for");
    }
  }
}

}  // namespace

void CheckCatalogue(Checker& checker) {
  for (const Calendar& calendar : checker.directory.calendars) CheckWorkingHours(checker, calendar);
  CheckDays(checker);
  CheckServices(checker);
  CheckCore(checker);
  CheckMaterials(checker);
}

}  // namespace hotline::directory
