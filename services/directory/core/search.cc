#include "services/directory/core/search.h"

#include <algorithm>
#include <tuple>

#include "absl/container/btree_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

#include "services/base/absl_view.h"
#include "services/directory/core/opening.h"
#include "services/directory/core/read.h"
#include "services/directory/core/roster.h"

namespace hotline::directory {
namespace {

bool Holds(const std::string& text, std::string_view lower) {
  return absl::StrContains(absl::AsciiStrToLower(text), Absl(lower));
}

bool HasSkill(const std::vector<SkillLevel>& skills, const SkillLevel& wanted) {
  return std::any_of(skills.begin(), skills.end(), [&](const SkillLevel& skill) {
    return skill.skill == wanted.skill && skill.level >= wanted.level;
  });
}

template <class T>
bool AnyOf(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// "420500" is the city, whose counties are 4205xx.
std::string_view SubtreePrefix(std::string_view division) {
  return division.size() == 6 && division.ends_with("00") ? division.substr(0, 4) : division;
}

/// One search: its rules by area, and who has somebody at work.
class NodeSearch {
 public:
  NodeSearch(const Directory& directory, const NodeQuery& query)
      : directory_(directory),
        query_(query),
        text_(absl::AsciiStrToLower(query.text)),
        prefix_(SubtreePrefix(query.division)) {
    if (!query.open_at) return;
    const absl::CivilDay day(ToMinute(*query.open_at));
    for (const Person& person : directory.staff) {
      if (CanWork(person, day)) ++at_work_[person.node];
    }
  }

  bool Matches(const Node& node) {
    if (!query_.area.empty() && node.area != query_.area) return false;
    if (!node.division.starts_with(prefix_)) return false;
    if (!query_.types.empty() && !AnyOf(query_.types, node.type)) return false;
    if (!query_.kinds.empty() && !AnyOf(query_.kinds, node.kind)) return false;
    if (query_.skill && !HasSkill(node.skills, *query_.skill)) return false;
    if (!query_.language.empty() && !AnyOf(node.languages, query_.language)) return false;
    if (query_.open_at && !IsOpen(node)) return false;
    if (query_.seen && !query_.seen(node)) return false;
    if (text_.empty()) return true;
    return Holds(node.id, text_) || Holds(node.name, text_) || Holds(node.address, text_) ||
           std::any_of(node.tags.begin(), node.tags.end(),
                       [&](const std::string& tag) { return Holds(tag, text_); });
  }

  /// Returns false if the node is too far away or has no place.
  bool Measure(NodeMatch& match) {
    if (!query_.from) return true;
    const Node& node = *match.node;
    if (!node.longitude || !node.latitude) return false;
    auto rules = rules_.find(node.area);
    if (rules == rules_.end()) {
      rules = rules_.emplace(node.area, TravelRulesOf(directory_, node.area)).first;
    }
    match.line_km = LineKm(*query_.from, {*node.longitude, *node.latitude});
    match.travel = EstimateTravel(rules->second, node.settlement, match.line_km);
    if (query_.within && match.travel > *query_.within) return false;
    const absl::Duration circle = node.settlement == Settlement::kUrban
                                      ? rules->second.urban_circle
                                      : rules->second.rural_circle;
    return !query_.in_circle || match.travel <= circle;
  }

 private:
  const SpecialDays& DaysOf(const std::string& area) {
    auto days = days_.find(area);
    if (days == days_.end()) days = days_.emplace(area, SpecialDaysOf(directory_, area)).first;
    return days->second;
  }

  bool IsOpen(const Node& node) {
    return node.state == NodeState::kActive &&
           hotline::directory::IsOpen(node.hours, DaysOf(node.area), *query_.open_at) &&
           (!IsLevel(node.type) || at_work_.contains(node.id));
  }

  const Directory& directory_;
  const NodeQuery& query_;
  const std::string text_;
  const std::string_view prefix_;
  absl::btree_map<std::string_view, int> at_work_;
  absl::btree_map<std::string_view, TravelRules> rules_;
  absl::btree_map<std::string_view, SpecialDays> days_;
};

}  // namespace

std::vector<NodeMatch> SearchNodes(const Directory& directory, const NodeQuery& query) {
  NodeSearch search(directory, query);
  std::vector<NodeMatch> matches;
  for (const Node& node : directory.nodes) {
    if (!search.Matches(node)) continue;
    NodeMatch match{.node = &node};
    if (search.Measure(match)) matches.push_back(match);
  }
  const auto before = [](const NodeMatch& a, const NodeMatch& b) {
    return std::tie(a.travel, a.node->division, a.node->type, a.node->id) <
           std::tie(b.travel, b.node->division, b.node->type, b.node->id);
  };
  const size_t kept = std::min(query.limit, matches.size());
  std::partial_sort(matches.begin(), matches.begin() + static_cast<ptrdiff_t>(kept), matches.end(),
                    before);
  matches.resize(kept);
  return matches;
}

std::vector<const Person*> SearchStaff(const Directory& directory, const StaffQuery& query) {
  const std::string text = absl::AsciiStrToLower(query.text);
  std::vector<const Person*> found;
  for (const Person& person : directory.staff) {
    if (found.size() == query.limit) break;
    if (!query.node.empty() && person.node != query.node) continue;
    if (query.role && !AnyOf(person.roles, *query.role)) continue;
    if (query.skill && !HasSkill(person.skills, *query.skill)) continue;
    if (!query.language.empty() && !AnyOf(person.languages, query.language)) continue;
    if (query.works_on && !CanWork(person, *query.works_on)) continue;
    if (Holds(person.id, text) || Holds(person.name, text) || Holds(person.account, text) ||
        Holds(person.employer, text)) {
      found.push_back(&person);
    }
  }
  return found;
}

std::vector<const Node*> CompetentNodes(const Directory& directory, std::string_view area,
                                        std::string_view division) {
  std::vector<const Node*> chain;
  for (const Node& node : directory.nodes) {
    if (node.area != area || node.state != NodeState::kActive || !IsLevel(node.type)) continue;
    const bool above = node.type == NodeType::kCityCentre || division.starts_with(node.division);
    if (above) chain.push_back(&node);
  }
  std::sort(chain.begin(), chain.end(), [](const Node* a, const Node* b) {
    return std::tie(b->type, a->id) < std::tie(a->type, b->id);
  });
  return chain;
}

}  // namespace hotline::directory
