// Questions to a directory: by name, division, skill, open now, nearest within the circle.
//
// Pure. Results point into the directory and are in a stable order, so that the same question gets
// the same answer everywhere.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "services/directory/core/records.h"
#include "services/directory/core/travel.h"

namespace hotline::directory {

/// Everything given must hold.
struct NodeQuery {
  std::string area;
  std::string text;  ///< part of the id, name, address or a tag; small and capital letters alike
  std::string division;  ///< the subtree: divisions that start with it; a city's "…00" is cut
  std::vector<NodeType> types;
  std::vector<UnitKind> kinds;
  std::optional<SkillLevel> skill;
  std::string language;
  std::optional<absl::Time> open_at;     ///< open then, active, and somebody works there
  std::optional<Point> from;             ///< nearest first; nodes without a place are left out
  std::optional<absl::Duration> within;  ///< of travel; needs `from`
  bool in_circle = false;  ///< within the area's 30 minutes in town, 60 in the country
  size_t limit = 50;
  std::function<bool(const Node&)> seen;  ///< only these; empty: all
};

struct NodeMatch {
  const Node* node = nullptr;
  double line_km = 0;     ///< 0 without `from`
  absl::Duration travel;  ///< estimated; 0 without `from`
};

/// Nearest first if `from` is given, else in the order of division, type and id.
std::vector<NodeMatch> SearchNodes(const Directory& directory, const NodeQuery& query);

struct StaffQuery {
  std::string text;  ///< part of the id, name, account or employer
  std::string node;
  std::optional<StaffRole> role;
  std::optional<SkillLevel> skill;
  std::string language;
  std::optional<absl::CivilDay> works_on;
  size_t limit = 50;
};

/// In the order of ids.
std::vector<const Person*> SearchStaff(const Directory& directory, const StaffQuery& query);

/// Who answers for a matter of this division: the lowest active node first, then up to the city
/// centre (R034). A division nobody knows leads to the city centre of the area (R011).
std::vector<const Node*> CompetentNodes(const Directory& directory, std::string_view area,
                                        std::string_view division);

}  // namespace hotline::directory
