// Staff, village advisers, rosters and their shifts.
#include <algorithm>
#include <optional>

#include "absl/container/btree_map.h"

#include "services/directory/core/checker.h"
#include "services/directory/core/roster.h"

namespace hotline::directory {
namespace {

bool Has(const Person& person, StaffRole role) {
  return std::find(person.roles.begin(), person.roles.end(), role) != person.roles.end();
}

/// The type of node a role belongs to, if it belongs to one.
std::optional<NodeType> PlaceOf(StaffRole role) {
  switch (role) {
    case StaffRole::kCityDispatcher:
      return NodeType::kCityCentre;
    case StaffRole::kCountyDispatcher:
      return NodeType::kCountyCentre;
    case StaffRole::kStationClerk:
      return NodeType::kTownshipStation;
    case StaffRole::kVillageContact:
      return NodeType::kVillageRoom;
    case StaffRole::kHandlingUnit:
      return NodeType::kServiceUnit;
    default:
      return std::nullopt;
  }
}

void CheckRoles(Checker& checker, const Person& person, const Node* node) {
  if (person.contractor != Has(person, StaffRole::kContractor)) {
    checker.Error(person, "roles",
                  person.contractor ? "a contractor's people have the role OPS3"
                                    : "OPS3 is for people of a contractor only");
  } else if (person.contractor && person.roles.size() > 1) {
    checker.Error(person, "roles", "a contractor's people have no role but OPS3");
  }
  if (person.contractor && person.employer.empty()) {
    checker.Error(person, "employer", "is empty: which contractor?");
  }
  if (Has(person, StaffRole::kAuditor) && person.roles.size() > 1) {
    checker.Error(person, "roles", "an auditor has no other role");
  }
  for (const StaffRole role : person.roles) {
    const auto place = PlaceOf(role);
    if (node != nullptr && place && node->type != *place) {
      checker.Error(person, "roles",
                    absl::StrCat(Absl(WordOf(role)), " belongs to a ", Absl(WordOf(*place)),
                                 ", not to a ", Absl(WordOf(node->type))));
    }
  }
}

void CheckStaff(Checker& checker) {
  absl::btree_map<std::string_view, const Person*> accounts;
  for (const Person& person : checker.directory.staff) {
    const Node* node = checker.Follow(person, "node", person.node, checker.directory.nodes);
    checker.CheckValidity(person, person.valid);
    checker.CheckSkills(person, person.skills);
    CheckRoles(checker, person, node);
    if (node != nullptr && node->state == NodeState::kClosed && CanWork(person, checker.today)) {
      checker.Error(person, "node", absl::StrCat("\"", node->id, "\" is closed"));
    }
    if (person.account.empty()) continue;
    const auto [it, first] = accounts.try_emplace(person.account, &person);
    if (!first) {
      checker.Error(person, "account", absl::StrCat("is also that of \"", it->second->id, "\""));
    }
  }
}

void CheckAdvisers(Checker& checker) {
  const auto& advisers = checker.directory.advisers;
  absl::btree_map<std::string_view, std::vector<const Adviser*>> by_village;
  for (const Adviser& adviser : advisers) {
    const Node* village =
        checker.Follow(adviser, "village", adviser.village, checker.directory.nodes);
    checker.Follow(adviser, "person", adviser.person, checker.directory.staff);
    checker.CheckValidity(adviser, adviser.valid);
    if (village != nullptr && village->type != NodeType::kVillageRoom) {
      checker.Error(adviser, "village", "is no village room");
    }
    by_village[adviser.village].push_back(&adviser);
  }
  for (const auto& [village, in_turn] : by_village) {
    CheckApart(checker, in_turn, "the village has two advisers at a time");
  }
  absl::btree_map<std::string_view, bool> advised;
  for (const Adviser& adviser : advisers) {
    if (adviser.valid.Covers(checker.today)) advised[adviser.village] = true;
  }
  for (const Node& node : checker.directory.nodes) {
    if (node.type == NodeType::kVillageRoom && node.state == NodeState::kActive &&
        !advised.contains(node.id)) {
      checker.Warn(node, "", "the village has no adviser today: its matters go to the station");
    }
  }
}

void CheckRosters(Checker& checker) {
  for (const Roster& roster : checker.directory.rosters) {
    checker.Follow(roster, "node", roster.node, checker.directory.nodes);
    checker.CheckValidity(roster, roster.valid);
    if (!roster.valid.from || !roster.valid.until) {
      checker.Error(roster, roster.valid.from ? "until" : "from",
                    "is empty: a roster plans from one day to another");
    } else if (*roster.valid.until - *roster.valid.from >= kMostRosterDays) {
      checker.Error(roster, "until", absl::StrCat("plans more than ", kMostRosterDays, " days"));
    }
    for (const Gap& gap : UncoveredMinutes(checker.directory, roster)) {
      checker.Error(roster, "hours",
                    absl::StrCat("nobody is on duty from ", absl::FormatCivilTime(gap.start),
                                 " to ", absl::FormatCivilTime(gap.end)));
    }
  }
}

void CheckShift(Checker& checker, const Duty& duty) {
  const Directory& d = checker.directory;
  const Roster* roster = checker.Follow(duty, "roster", duty.roster, d.rosters);
  checker.Follow(duty, "organisation", duty.organisation, d.nodes);
  if (duty.end <= duty.start) {
    checker.Error(duty, "end", "is not after the start");
  } else if (duty.end - duty.start > kMostShiftMinutes) {
    checker.Error(duty, "end", "the shift is longer than 24 hours");
  }
  if (roster != nullptr && !roster->valid.Covers(absl::CivilDay(duty.start))) {
    checker.Error(duty, "start", "is outside the roster's days");
  }
  if (!duty.person.empty() && duty.person == duty.substitute) {
    checker.Error(duty, "substitute", "is the same person");
  }
  for (const auto& [column, id] :
       {std::pair<std::string_view, const std::string&>("person", duty.person),
        {"substitute", duty.substitute}}) {
    const Person* person = checker.Follow(duty, column, id, d.staff);
    if (person != nullptr && !CanWork(*person, absl::CivilDay(duty.start))) {
      checker.Error(duty, column, absl::StrCat("\"", id, "\" does not work on that day"));
    }
  }
}

/// Nobody is in two places at once, nor in one and ready to step in at another.
void CheckOverlaps(Checker& checker) {
  struct Engagement {
    const Duty* duty;
    bool as_substitute;
  };

  absl::btree_map<std::string_view, std::vector<Engagement>> by_person;
  for (const Duty& duty : checker.directory.duties) {
    const auto length = duty.end - duty.start;
    if (length <= 0 || length > kMostShiftMinutes) continue;  // reported, and it would cover all
    by_person[duty.person].push_back({&duty, false});
    if (duty.substitute != duty.person) by_person[duty.substitute].push_back({&duty, true});
  }
  for (auto& [person, engagements] : by_person) {
    std::stable_sort(
        engagements.begin(), engagements.end(),
        [](const Engagement& a, const Engagement& b) { return a.duty->start < b.duty->start; });
    const Duty *shift = nullptr, *stand_by = nullptr;  // of those before, the ones that end last
    for (const auto& [duty, as_substitute] : engagements) {
      const Duty* other = shift != nullptr && duty->start < shift->end ? shift : nullptr;
      if (other == nullptr && !as_substitute && stand_by != nullptr &&
          duty->start < stand_by->end) {
        other = stand_by;
      }
      if (other != nullptr && other->Key() != duty->Key()) {
        checker.Error(*duty, as_substitute ? "substitute" : "person",
                      absl::StrCat("\"", Absl(person), "\" is needed in \"", other->roster,
                                   "\" at the same time"));
      }
      const Duty*& last = as_substitute ? stand_by : shift;
      if (last == nullptr || last->end < duty->end) last = duty;
    }
  }
}

}  // namespace

void CheckPeople(Checker& checker) {
  CheckStaff(checker);
  CheckAdvisers(checker);
}

void CheckDuties(Checker& checker) {
  CheckRosters(checker);
  for (const Duty& duty : checker.directory.duties) CheckShift(checker, duty);
  CheckOverlaps(checker);
}

}  // namespace hotline::directory
