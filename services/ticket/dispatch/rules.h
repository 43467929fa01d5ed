// What an area decides about where tickets go: who is competent for which matters, and who may send
// to whom.
//
// Pure values.
#pragma once

#include <vector>

#include "services/directory/core/words.h"
#include "services/ticket/core/types.h"
#include "services/ticket/dispatch/mutual.h"

namespace hotline::ticket {

/// Who handles a kind of matter where the catalogue names no service for it. A unit of `kind`, or a
/// node of the four levels: the nearest to the matter that is at `lowest` or above.
struct Competence {
  Category category = Category::kNone;  ///< kNone: any
  Matter matter = Matter::kNone;        ///< kNone: any
  directory::UnitKind kind = directory::UnitKind::kNone;
  directory::NodeType lowest = directory::NodeType::kTownshipStation;
  friend bool operator==(const Competence&, const Competence&) = default;
};

/// Statutory competence: legal aid goes to its centre (Legal Aid Act), a complaint not below the
/// county (I8), one about a lawyer to the city's bureau; the rest to the township station of the
/// place.
std::vector<Competence> DefaultCompetence();

struct DispatchRules {
  std::vector<Competence> competence = DefaultCompetence();  ///< the first that fits
  std::vector<MutualRule> mutual = DefaultMutualRules();
};

/// Returns the first that fits; if none does, the township station.
Competence CompetenceFor(const std::vector<Competence>& table, Category category, Matter matter);

}  // namespace hotline::ticket
