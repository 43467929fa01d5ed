#include "services/ticket/dispatch/suggest.h"

#include <algorithm>
#include <tuple>

#include "absl/container/btree_set.h"
#include "absl/strings/str_cat.h"

#include "services/directory/core/opening.h"
#include "services/directory/core/read.h"
#include "services/directory/core/roster.h"
#include "services/directory/core/search.h"
#include "services/directory/core/subtree.h"
#include "services/directory/core/travel.h"
#include "services/ticket/core/types.h"

namespace hotline::ticket {
namespace {

using directory::Directory;
using directory::Node;
using directory::NodeState;
using directory::NodeType;
using directory::UnitKind;

constexpr int kMaxCategoryDepth = 8;

Level LevelOf(NodeType type) {
  switch (type) {
    case NodeType::kCountyCentre:
      return Level::kCounty;
    case NodeType::kTownshipStation:
      return Level::kTownship;
    case NodeType::kVillageRoom:
      return Level::kVillage;
    default:
      return Level::kCity;
  }
}

template <class T>
bool Among(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// A node that could have the ticket, and what orders it among the others: less is better.
struct Option {
  const Node* node = nullptr;
  int rank = 0;  ///< R3, R4: place in the order of competence
  absl::Duration travel;
  std::string why_not;
  const MutualRule* mutual = nullptr;
};

class Search {
 public:
  Search(const DispatchRules& rules, const Directory& directory, const DispatchQuestion& question)
      : rules_(rules),
        directory_(directory),
        question_(question),
        ticket_(question.ticket),
        day_(directory::ToMinute(question.now)),
        days_(directory::SpecialDaysOf(directory, question.area)),
        chain_(directory::CompetentNodes(directory, question.area, ticket_.content.division)) {
    for (const directory::Person& person : directory.staff) {
      if (directory::CanWork(person, day_)) at_work_.insert(person.node);
    }
    FindCompetence();
    Collect();
  }

  DispatchSuggestion Answer() {
    for (Option& option : options_) option.why_not = WhyNot(option);
    std::stable_sort(options_.begin(), options_.end(),
                     [this](const Option& a, const Option& b) { return Key(a) < Key(b); });
    DispatchSuggestion out;
    out.rules = std::move(log_);
    for (const Option& option : options_) {
      const Candidate candidate = Describe(option);
      if (out.candidates.size() < kMaxCandidates) out.candidates.push_back(candidate);
      if (option.why_not.empty() && out.unit.org.empty()) Choose(option, candidate, out);
    }
    if (out.unit.org.empty()) out.rules.push_back("R7 nobody can have it");
    return out;
  }

  std::vector<std::string> Organisations() const {
    std::vector<std::string> ids;
    for (const Option& option : options_) ids.push_back(option.node->id);
    return ids;
  }

 private:
  bool crisis() const { return ticket_.marks.priority == Priority::kCrisis; }

  bool urgent() const { return ticket_.marks.priority < Priority::kNormal; }

  /// The service of the catalogue that this day's version sends to somebody, by the finer category
  /// or those above it.
  const directory::Service* FindService() const {
    std::string category = ticket_.content.subcategory;
    for (int depth = 0; depth < kMaxCategoryDepth && !category.empty(); ++depth) {
      for (const directory::Service& service : directory_.services) {
        if (service.category == category && service.unit != UnitKind::kNone &&
            service.valid.Covers(day_)) {
          return &service;
        }
      }
      const directory::Category* found = directory::Find(directory_.categories, category);
      category = found == nullptr ? "" : found->parent;
    }
    return nullptr;
  }

  void FindCompetence() {
    if (crisis()) {
      log_.push_back("R1 crisis: the nearest station that is open");
      return;
    }
    const Matter matter = ticket_.marks.matter;
    competence_ = CompetenceFor(rules_.competence, ticket_.content.category, matter);
    // What the law says of the matter goes before the catalogue.
    if (matter == Matter::kNone || competence_.matter == Matter::kNone) {
      service_ = FindService();
      if (service_ != nullptr) {
        competence_ = {.kind = service_->unit};
        log_.push_back(absl::StrCat("R3 service ", service_->code, " version ", service_->version));
      }
    }
    log_.push_back(competence_.kind == UnitKind::kNone
                       ? absl::StrCat("R3 ", std::string(WordOf(competence_.lowest)), " or above")
                       : absl::StrCat("R3 ", std::string(WordOf(competence_.kind))));
  }

  void Collect() {
    const std::string& division = ticket_.content.division;
    log_.push_back(division.empty() ? "R4 no place is known" : "R4 division " + division);
    // Units first, nearest in the tree; then, for when none can, the four levels.
    if (competence_.kind != UnitKind::kNone) {
      for (const Node& node : directory_.nodes) {
        if (node.kind != competence_.kind || node.area != question_.area) continue;
        const int rank = RankOfParent(node);
        if (rank >= 0) options_.push_back({&node, rank, TravelTo(node), "", nullptr});
      }
    }
    const int after = options_.empty() ? 0 : static_cast<int>(chain_.size()) + 1;
    for (size_t i = 0; i < chain_.size(); ++i) {
      if (chain_[i]->type > competence_.lowest) continue;
      options_.push_back(
          {chain_[i], after + static_cast<int>(i), TravelTo(*chain_[i]), "", nullptr});
    }
    // A suspended node is no part of the chain, but a person who knows it wants to hear why not.
    for (const Node& node : directory_.nodes) {
      const bool ours = node.area == question_.area && IsLevel(node.type) &&
                        node.state != NodeState::kActive && node.type <= competence_.lowest &&
                        !node.division.empty() && division.starts_with(node.division);
      if (ours) options_.push_back({&node, 0, TravelTo(node), "", nullptr});
    }
  }

  /// How far up from the matter's place the node's parent stands; -1: it serves another place.
  int RankOfParent(const Node& node) const {
    if (node.parent.empty()) return static_cast<int>(chain_.size());
    for (size_t i = 0; i < chain_.size(); ++i) {
      if (chain_[i]->id == node.parent) return static_cast<int>(i);
    }
    return -1;
  }

  /// From the lowest node of the matter's place.
  absl::Duration TravelTo(const Node& node) const {
    const auto start = std::find_if(chain_.begin(), chain_.end(), [](const Node* from) {
      return from->longitude && from->latitude;
    });
    if (start == chain_.end() || !node.longitude || !node.latitude) return absl::ZeroDuration();
    const double km = directory::LineKm({*(*start)->longitude, *(*start)->latitude},
                                        {*node.longitude, *node.latitude});
    return directory::EstimateTravel(directory::TravelRulesOf(directory_, question_.area),
                                     node.settlement, km);
  }

  Unit UnitOf(const Node& node) const {
    return {node.id, directory::TreePathOf(directory_, node.id)};
  }

  /// "/city/county" of a path, or less.
  static std::string_view CountyOf(std::string_view path) {
    const size_t city = path.find('/', 1);
    if (city == std::string_view::npos) return path;
    return path.substr(0, path.find('/', city + 1));
  }

  std::string WhyNot(Option& option) const {
    const Node& node = *option.node;
    const Unit unit = UnitOf(node);
    if (IsRespondent(ticket_.marks, Actor{.org = unit.org, .path = unit.path})) {
      return "R2 the complaint is about it";
    }
    if (node.state != NodeState::kActive) return "R2 it is suspended or closed";
    const bool secret = ticket_.marks.secrecy != Secrecy::kOrdinary || ticket_.content.confidential;
    if (secret && (node.type == NodeType::kVillageRoom || node.type == NodeType::kExternalBody)) {
      return "R2 the matter is confidential";
    }
    if (Among(ticket_.work.upheld, node.id)) return "L1 it gave the ticket back, rightly";
    if (urgent() && !IsOpen(node.hours, days_, question_.now)) return "R6 it is not open now";
    // Of outside bodies and units the directory need not know the people.
    if (IsLevel(node.type) && !at_work_.contains(node.id)) return "R7 nobody works there";
    option.mutual = Mutual(node, unit);
    if (option.mutual == nullptr) return "M0 no row of the table allows it";
    if (!option.mutual->allowed) {
      return absl::StrCat(option.mutual->id, " not from there: through the city");
    }
    return "";
  }

  const MutualRule* Mutual(const Node& node, const Unit& unit) const {
    Place from{PlatformOf(ticket_.origin.entry), Level::kCity};
    if (!ticket_.work.hops.empty()) from.platform = Platform::kPhysical;
    const Node* asks = directory::Find(directory_.nodes, question_.from_org);
    bool other_county = false;
    if (asks != nullptr) {
      from.level = LevelOf(asks->type);
      const std::string path = directory::TreePathOf(directory_, asks->id);
      other_county = CountyOf(path) != CountyOf(unit.path) && from.level != Level::kCity;
    }
    return FindMutualRule(rules_.mutual, from, {Platform::kPhysical, LevelOf(node.type)},
                          other_county);
  }

  /// Hours of holidays are the area's, R5: a node that names no language speaks the area's.
  bool Speaks(const Node& node) const {
    const std::string& language = ticket_.content.language;
    return language.empty() || node.languages.empty() || Among(node.languages, language);
  }

  bool IsLead(const Node& node) const {
    return question_.lead_of_case && question_.lead_of_case->org == node.id;
  }

  int64_t OpenOf(const Node& node) const {
    const auto found = question_.open.find(node.id);
    return found == question_.open.end() ? 0 : found->second;
  }

  using SortKey = std::tuple<bool, bool, int, bool, int64_t, absl::Duration, std::string_view>;

  SortKey Key(const Option& option) const {
    const Node& node = *option.node;
    // In thousandths, rounded down: no floating point in an order.
    const int64_t load = OpenOf(node) * 1000 / std::max(node.capacity, 1);
    return SortKey(!option.why_not.empty(), !IsLead(node), option.rank, !Speaks(node), load,
                   option.travel, std::string_view(node.id));
  }

  Candidate Describe(const Option& option) const {
    return {UnitOf(*option.node), option.node->name, option.why_not, OpenOf(*option.node),
            option.node->capacity};
  }

  void Choose(const Option& option, const Candidate& candidate, DispatchSuggestion& out) const {
    const Node& node = *option.node;
    out.unit = candidate.unit;
    for (const Option& other : options_) {
      if (other.why_not.empty() || other.rank > option.rank) continue;
      out.rules.push_back(absl::StrCat(other.why_not.substr(0, 2), " not ", other.node->id,
                                       other.why_not.substr(2)));
      if (out.rules.size() >= kMaxCandidates) break;
    }
    if (!ticket_.content.language.empty()) {
      out.rules.push_back(absl::StrCat("R5 ", ticket_.content.language,
                                       Speaks(node) ? ": spoken there" : ": not spoken there"));
    }
    if (urgent()) {
      out.rules.push_back(absl::StrCat("R6 ", FormatPriority(ticket_.marks.priority)));
    }
    if (IsLead(node)) out.rules.push_back("R8 it leads the same case");
    out.rules.push_back(absl::StrCat("R9 ", candidate.open, " open of ", candidate.capacity));
    out.rules.push_back("R10 " + node.id);
    out.feedback = option.mutual->feedback;
    out.rules.push_back(
        absl::StrCat(option.mutual->id, out.feedback ? " with feedback" : " without feedback"));
    out.fallback = FallbackOf(option);
    if (service_ != nullptr) out.limit = ShorterLimit(*service_);
  }

  /// The node's own, if it can; else the next one that can.
  Unit FallbackOf(const Option& chosen) const {
    const Option* next = nullptr;
    for (const Option& option : options_) {
      if (option.node == chosen.node || !option.why_not.empty()) continue;
      if (option.node->id == chosen.node->fallback) return UnitOf(*option.node);
      if (next == nullptr) next = &option;
    }
    return next == nullptr ? Unit() : UnitOf(*next->node);
  }

  /// What the catalogue promises, where that is sooner than the policy's limit.
  std::optional<TimeLimit> ShorterLimit(const directory::Service& service) const {
    const auto promised = ParseTimeLimit(service.limit);
    if (!promised.ok() || !*promised) return std::nullopt;
    const TimeLimit rule =
        LimitOf(question_.policy, ClockKind::kHandling,
                MatterOf(ticket_.marks.matter, ticket_.content.category), ticket_.marks.priority);
    const WorkingCalendar& calendar = question_.policy.calendar;
    const bool shorter =
        calendar.Deadline(question_.now, *promised) < calendar.Deadline(question_.now, rule);
    return shorter ? std::optional(*promised) : std::nullopt;
  }

  const DispatchRules& rules_;
  const Directory& directory_;
  const DispatchQuestion& question_;
  const Ticket& ticket_;
  const absl::CivilDay day_;
  const directory::SpecialDays days_;
  const std::vector<const Node*> chain_;
  absl::btree_set<std::string> at_work_;
  Competence competence_;
  const directory::Service* service_ = nullptr;
  std::vector<Option> options_;
  std::vector<std::string> log_;
};

}  // namespace

DispatchSuggestion SuggestDispatch(const DispatchRules& rules, const Directory& directory,
                                   const DispatchQuestion& question) {
  return Search(rules, directory, question).Answer();
}

std::vector<std::string> OrganisationsInReach(const DispatchRules& rules,
                                              const Directory& directory,
                                              const DispatchQuestion& question) {
  return Search(rules, directory, question).Organisations();
}

}  // namespace hotline::ticket
