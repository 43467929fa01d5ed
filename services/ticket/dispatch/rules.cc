#include "services/ticket/dispatch/rules.h"

#include <algorithm>

namespace hotline::ticket {

std::vector<Competence> DefaultCompetence() {
  using directory::NodeType;
  using directory::UnitKind;
  return {{.matter = Matter::kLawyerComplaint, .lowest = NodeType::kCityCentre},
          {.matter = Matter::kWageArrears, .kind = UnitKind::kLegalAid},
          {.matter = Matter::kLegalAid, .kind = UnitKind::kLegalAid},
          {.category = Category::kLegalAid, .kind = UnitKind::kLegalAid},
          {.category = Category::kComplaint, .lowest = NodeType::kCountyCentre},
          {.category = Category::kService, .lowest = NodeType::kCountyCentre}};
}

Competence CompetenceFor(const std::vector<Competence>& table, Category category, Matter matter) {
  const auto fits = [&](const Competence& row) {
    return (row.category == Category::kNone || row.category == category) &&
           (row.matter == Matter::kNone || row.matter == matter);
  };
  const auto found = std::find_if(table.begin(), table.end(), fits);
  return found == table.end() ? Competence() : *found;
}

}  // namespace hotline::ticket
