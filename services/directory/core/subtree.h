// Where nodes stand in the tree, and what lies below one of them: who sees whose.
//
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "services/directory/core/records.h"

namespace hotline::directory {

/// Parents above one another; the checker lets no more pass than the levels of the tree.
inline constexpr int kMaxTreeDepth = 8;

/// Returns "/city-hall/county-east/town-willow"; empty for a node that nobody knows.
std::string TreePathOf(const Directory& directory, std::string_view node);

/// What somebody sees of the tree.
class Sight {
 public:
  /// All of it.
  Sight() = default;

  /// What lies below `org`, `org` itself, the nodes above it, and those who handle matters for
  /// them: units and bodies right below one of these. Nothing of the tree if nobody knows `org`.
  /// Requires: `directory` outlives it.
  Sight(const Directory& directory, std::string_view org);

  /// Returns whether the node as such is seen.
  bool Sees(const Node& node) const;
  /// Returns whether people and duties of the node are: only of what lies below.
  bool SeesPeopleOf(std::string_view node) const;

 private:
  const Directory* directory_ = nullptr;  ///< null: all is seen
  std::string root_;                      ///< the org's path
};

}  // namespace hotline::directory
