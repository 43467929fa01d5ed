// The tree of nodes: levels, divisions, who takes over, who answers for it.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/btree_map.h"

#include "services/directory/core/check.h"
#include "services/directory/core/checker.h"
#include "services/directory/core/roster.h"
#include "services/directory/core/settings.h"

namespace hotline::directory {
namespace {

/// Mainland China and its seas, generously: a swapped pair of coordinates is outside.
constexpr double kWest = 73, kEast = 136, kSouth = 3, kNorth = 54;

size_t DivisionDigits(NodeType type) {
  switch (type) {
    case NodeType::kTownshipStation:
      return 9;
    case NodeType::kVillageRoom:
      return 12;
    default:
      return 6;
  }
}

bool IsDivision(const Node& node) {
  if (!std::all_of(node.division.begin(), node.division.end(),
                   [](char c) { return c >= '0' && c <= '9'; })) {
    return false;
  }
  const size_t digits = node.division.size();
  if (IsLevel(node.type)) return digits == DivisionDigits(node.type);
  return digits == 6 || digits == 9 || digits == 12;
}

/// How many digits a division shares with the one above: a county's with its city's four.
size_t SharedDigits(NodeType parent) {
  return parent == NodeType::kCityCentre ? 4 : DivisionDigits(parent);
}

void CheckParent(Checker& checker, const Node& node) {
  const Node* parent = checker.Follow(node, "parent", node.parent, checker.directory.nodes);
  if (node.type == NodeType::kCityCentre) {
    if (!node.parent.empty()) checker.Error(node, "parent", "must be empty: it is the hub");
    return;
  }
  if (node.parent.empty()) checker.Error(node, "parent", "is empty; only a city centre has none");
  if (parent == nullptr) return;
  const bool right_level = IsLevel(node.type)
                               ? static_cast<int>(parent->type) + 1 == static_cast<int>(node.type)
                               : IsLevel(parent->type);
  if (!right_level) {
    checker.Error(node, "parent",
                  absl::StrCat("a ", Absl(WordOf(node.type)), " cannot be below a ",
                               Absl(WordOf(parent->type))));
    return;
  }
  if (parent->area != node.area) checker.Error(node, "parent", "belongs to another area");
  const size_t digits = SharedDigits(parent->type);
  if (IsLevel(node.type) && IsDivision(node) && IsDivision(*parent) &&
      node.division.compare(0, digits, parent->division, 0, digits) != 0) {
    checker.Error(node, "division",
                  absl::StrCat(node.division, " is not inside its parent's ", parent->division));
  }
}

/// Who takes over, and from whom then, must end at a city centre.
void CheckFallback(Checker& checker, const Node& node) {
  const Node* fallback = checker.Follow(node, "fallback", node.fallback, checker.directory.nodes);
  if (fallback != nullptr && fallback->state != NodeState::kActive) {
    checker.Error(node, "fallback", absl::StrCat("\"", fallback->id, "\" is not active"));
  }
  const Node* at = &node;
  // A longer way than the tree has levels, twice, goes in a circle.
  for (int steps = 0; steps < 2 * 6; ++steps) {
    if (at->type == NodeType::kCityCentre) return;
    at = Find(checker.directory.nodes, at->fallback.empty() ? at->parent : at->fallback);
    if (at == nullptr) return;  // reported where it is missing
  }
  checker.Error(node, "fallback", "those who take over form a circle");
}

void CheckPlace(Checker& checker, const Node& node) {
  if (node.longitude.has_value() != node.latitude.has_value()) {
    checker.Error(node, node.longitude ? "latitude" : "longitude",
                  "is missing: a place has both or none");
  } else if (node.longitude && (*node.longitude < kWest || *node.longitude > kEast ||
                                *node.latitude < kSouth || *node.latitude > kNorth)) {
    checker.Error(node, "longitude", "the place is not in China; are the two swapped?");
  }
}

void CheckAnswerable(Checker& checker, const Node& node) {
  const auto check = [&](std::string_view column, const std::string& id, bool required) {
    const Person* person = checker.Follow(node, column, id, checker.directory.staff);
    if (id.empty() && required) checker.Error(node, column, "is empty");
    if (person != nullptr && !CanWork(*person, checker.today)) {
      checker.Error(node, column, absl::StrCat("\"", id, "\" does not work here today"));
    }
  };
  if (node.state != NodeState::kActive) return;
  check("responsible", node.responsible, IsLevel(node.type));
  check("liaison", node.liaison, true);
}

void CheckNode(Checker& checker, const Node& node) {
  checker.Follow(node, "area", node.area, checker.directory.areas);
  if (IsLevel(node.type) != (node.kind == UnitKind::kNone)) {
    checker.Error(node, "kind",
                  IsLevel(node.type) ? "is only for units and outside bodies"
                                     : "is empty: what kind of unit is it?");
  }
  if (!node.division.empty() && !IsDivision(node)) {
    checker.Error(node, "division",
                  IsLevel(node.type)
                      ? absl::StrCat("must have ", DivisionDigits(node.type), " digits")
                      : "must have 6, 9 or 12 digits");
  }
  CheckParent(checker, node);
  CheckFallback(checker, node);
  CheckPlace(checker, node);
  CheckAnswerable(checker, node);
  checker.CheckRange(node, "capacity", node.capacity, {1, kMaxCapacity});
  checker.CheckRange(node, "population", node.population, {0, 100'000'000});
  checker.CheckSkills(node, node.skills);
}

/// A station and the township's justice office are one inbox (R036).
void CheckOnePerDivision(Checker& checker) {
  absl::btree_map<std::pair<NodeType, std::string_view>, const Node*> seen;
  for (const Node& node : checker.directory.nodes) {
    if (!IsLevel(node.type) || node.state != NodeState::kActive || node.division.empty()) continue;
    const auto [it, first] = seen.try_emplace({node.type, node.division}, &node);
    if (!first && it->second->id != node.id) {
      checker.Error(node, "division",
                    absl::StrCat("\"", it->second->id, "\" serves the same division already"));
    }
  }
}

void CheckStaffing(Checker& checker) {
  const Directory& d = checker.directory;
  absl::btree_map<std::string_view, int> active;
  for (const Person& person : d.staff) {
    if (CanWork(person, checker.today)) ++active[person.node];
  }
  absl::btree_map<std::string_view, int> least;
  for (const Area& area : d.areas) {
    least[area.id] = SettingNumber(d, area.id, "station.min_staff");
  }
  for (const Node& node : d.nodes) {
    if (!IsLevel(node.type) || node.state != NodeState::kActive) continue;
    const auto found = active.find(node.id);
    const int count = found == active.end() ? 0 : found->second;
    const auto area = least.find(node.area);
    const int wanted = area == least.end() ? 0 : area->second;
    if (count == 0) {
      checker.Warn(node, "", "nobody works here: nothing will be dispatched to it");
    } else if (node.type == NodeType::kTownshipStation && count < wanted) {
      checker.Warn(node, "",
                   absl::StrCat("has a staff of ", count, "; the area asks for ", wanted));
    }
  }
}

}  // namespace

void CheckTree(Checker& checker) {
  for (const Node& node : checker.directory.nodes) CheckNode(checker, node);
  CheckOnePerDivision(checker);
  CheckStaffing(checker);
}

}  // namespace hotline::directory
