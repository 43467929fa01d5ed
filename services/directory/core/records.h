// The records of the directory, one struct per table. Which columns they become in files is in
// schema.cc; what must hold between them in check.h.
//
// Pure values. Dates and minutes are China's time, which is one (kUtcOffset). Key() is unique in a
// table.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

#include "services/base/phone_number.h"
#include "services/base/weekly_hours.h"
#include "services/directory/core/words.h"

namespace hotline::directory {

/// China has one time zone and no daylight saving.
inline constexpr absl::Duration kUtcOffset = absl::Hours(8);

/// Where a record was read; no part of its value. Line 0: it was in the directory before.
struct Origin {
  uint32_t file = 0;  ///< index into the files that were read
  uint32_t line = 0;

  friend bool operator==(const Origin&, const Origin&) { return true; }
};

/// Opening hours as they were written, and as they are understood.
struct Hours {
  std::vector<std::string> entries;  ///< WeeklyHours::Parse's; empty: always
  /// Those that are "daily" or "always", and those that name weekdays, which holidays interrupt.
  std::optional<WeeklyHours> every_day = WeeklyHours();
  std::optional<WeeklyHours> by_weekday;

  friend bool operator==(const Hours& a, const Hours& b) { return a.entries == b.entries; }
};

struct SkillLevel {
  std::string skill;
  int level = 1;  ///< 1 to 5
  friend bool operator==(const SkillLevel&, const SkillLevel&) = default;
};

/// From the first to the last day, both included; no day: no limit.
struct Validity {
  std::optional<absl::CivilDay> from;
  std::optional<absl::CivilDay> until;

  bool Covers(absl::CivilDay day) const {
    return (!from || *from <= day) && (!until || day <= *until);
  }

  friend bool operator==(const Validity&, const Validity&) = default;
};

/// A tenant: one hotline with a tree, a calendar and settings of its own.
struct Area {
  Origin origin;
  std::string id;
  std::string name;
  std::string division;  ///< of the city (or county-level city): six digits
  std::string calendar;

  const std::string& Key() const { return id; }

  friend bool operator==(const Area&, const Area&) = default;
};

struct Skill {
  Origin origin;
  std::string id;
  std::string name;
  std::string name_en;

  const std::string& Key() const { return id; }

  friend bool operator==(const Skill&, const Skill&) = default;
};

/// What a matter is about. The six without a parent are the ministry's (R069).
struct Category {
  Origin origin;
  std::string id;
  std::string parent;
  std::string name;
  std::string name_en;
  bool sensitive = false;  ///< restricted visibility (R086)
  Validity valid;

  const std::string& Key() const { return id; }

  friend bool operator==(const Category&, const Category&) = default;
};

/// A group of people whom the law favours, and how.
struct SpecialGroup {
  Origin origin;
  std::string id;
  std::string name;
  std::string name_en;
  bool priority = false;
  bool green_channel = false;
  bool means_test_exempt = false;
  std::string basis;
  Validity valid;

  const std::string& Key() const { return id; }

  friend bool operator==(const SpecialGroup&, const SpecialGroup&) = default;
};

/// A place or body that can take a call or a ticket.
struct Node {
  Origin origin;
  std::string id;
  std::string area;
  NodeType type = NodeType::kCityCentre;
  UnitKind kind = UnitKind::kNone;
  std::string name;
  std::string division;  ///< 6 digits (city, county), 9 (township) or 12 (village)
  std::string parent;    ///< one level up; empty for the city centre
  std::string fallback;  ///< who takes over when nobody is here; empty: the parent
  Settlement settlement = Settlement::kRural;
  std::string address;
  std::optional<double> longitude;  ///< degrees, WGS-84 or one common system per area
  std::optional<double> latitude;
  Hours hours;
  int capacity = 1;  ///< matters at a time
  std::vector<PhoneNumber> phones;
  std::vector<SkillLevel> skills;
  std::vector<std::string> languages;
  std::string responsible;  ///< a person of the staff (R057)
  std::string liaison;      ///< a person of the staff
  int population = 0;
  bool receipt = false;  ///< hand-overs to it must be acknowledged
  std::vector<std::string> tags;
  NodeState state = NodeState::kActive;

  const std::string& Key() const { return id; }

  friend bool operator==(const Node&, const Node&) = default;
};

struct Person {
  Origin origin;
  std::string id;
  std::string node;
  std::string name;
  std::vector<StaffRole> roles;
  std::vector<SkillLevel> skills;
  std::vector<std::string> languages;
  std::string employer;     ///< who pays; empty: the node
  bool contractor = false;  ///< entrusted processing: only OPS3 (R122)
  std::string account;      ///< signs in as; empty: does not
  std::string group;        ///< of supervisors: one group checks another; empty: in none
  PhoneNumber phone;
  Validity valid;
  StaffState state = StaffState::kActive;

  const std::string& Key() const { return id; }

  friend bool operator==(const Person&, const Person&) = default;
};

/// One village, one adviser (R040).
struct Adviser {
  Origin origin;
  std::string village;
  std::string person;
  Validity valid;
  std::string Key() const;
  friend bool operator==(const Adviser&, const Adviser&) = default;
};

/// A post that must be manned on each of its days, from the first to the last.
struct Roster {
  Origin origin;
  std::string id;
  std::string node;
  std::string name;
  Hours hours;  ///< when it must be manned
  Validity valid;

  const std::string& Key() const { return id; }

  friend bool operator==(const Roster&, const Roster&) = default;
};

/// A shift (R003): organisation, person, time, substitute.
struct Duty {
  Origin origin;
  std::string roster;
  absl::CivilMinute start;
  absl::CivilMinute end;  ///< exclusive
  std::string organisation;
  std::string person;
  std::string substitute;
  std::string Key() const;
  friend bool operator==(const Duty&, const Duty&) = default;
};

/// Data for the arithmetic of working days; Monday to Friday unless a day says otherwise.
struct Calendar {
  Origin origin;
  std::string id;
  std::string name;
  std::vector<std::string> working_hours;  ///< "09:00-12:00"

  const std::string& Key() const { return id; }

  friend bool operator==(const Calendar&, const Calendar&) = default;
};

struct CalendarDay {
  Origin origin;
  std::string calendar;
  absl::CivilDay date;
  DayKind kind = DayKind::kHoliday;
  std::string name;
  std::string Key() const;
  friend bool operator==(const CalendarDay&, const CalendarDay&) = default;
};

/// One version of a service of the catalogue (R046, R067).
struct Service {
  Origin origin;
  std::string code;
  int version = 1;
  Validity valid;
  CataloguePart part = CataloguePart::kExtension;
  std::string name;
  std::string name_en;
  std::string category;
  UnitKind unit = UnitKind::kNone;  ///< who handles it
  bool simple = false;              ///< can be closed on the spot (R045)
  std::string limit;                ///< promised time: 5wd, 4wh, 6h, 15d
  std::string Key() const;
  friend bool operator==(const Service&, const Service&) = default;
};

/// A line of the list that a citizen is told once and completely (R066).
struct Material {
  Origin origin;
  std::string service;
  int version = 1;
  int position = 1;
  std::string name;
  std::string name_en;
  int originals = 0;
  int copies = 0;
  std::string condition;  ///< only if; empty: always
  std::string Key() const;
  friend bool operator==(const Material&, const Material&) = default;
};

/// A number that differs between cities, and who says so. settings.h has the defaults.
struct Setting {
  Origin origin;
  std::string area;
  std::string key;
  std::string value;
  std::string source;
  std::string Key() const;
  friend bool operator==(const Setting&, const Setting&) = default;
};

/// All of it. Sorted by key in each table.
struct Directory {
  std::vector<Area> areas;
  std::vector<Skill> skills;
  std::vector<Category> categories;
  std::vector<SpecialGroup> groups;
  std::vector<Node> nodes;
  std::vector<Person> staff;
  std::vector<Adviser> advisers;
  std::vector<Roster> rosters;
  std::vector<Duty> duties;
  std::vector<Calendar> calendars;
  std::vector<CalendarDay> calendar_days;
  std::vector<Service> services;
  std::vector<Material> materials;
  std::vector<Setting> settings;
  friend bool operator==(const Directory&, const Directory&) = default;
};

}  // namespace hotline::directory
