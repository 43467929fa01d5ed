// Which unit a ticket goes to, by the rules of the domain model, and why.
//
//   R1 safety      a crisis goes to the nearest station that is open, whatever its category
//   R2 bars        not to whom it is about; not to a suspended one; a confidential matter neither
//                  to a village nor to an outside body
//   R3 competence  the unit that the catalogue's service names, else the table's
//   R4 division    of the place of the matter, not of the caller: the lowest competent node first
//   R5 language    who speaks it before who does not
//   R6 green       urgent and green-channel matters only to who is open now
//   R7 staff       never to where nobody works; then to its fallback, or its parents
//   R8 affinity    the lead of the same case, if nothing speaks against it
//   R9 load        the fewest open tickets by capacity
//   R10 order      the nearest, then by id: the same question has the same answer
//   M…             the row of the table of mutual dispatch (see mutual.h)
//   L1, L2         not to who gave it back rightly; a third return asks for a ruling (the life
//   cycle)
//
// Pure. Source: domain model section 3.7; R005, R011, R015, R034.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/time/time.h"

#include "services/directory/core/records.h"
#include "services/ticket/core/policy.h"
#include "services/ticket/core/ticket.h"
#include "services/ticket/dispatch/rules.h"

namespace hotline::ticket {

struct DispatchQuestion {
  const Ticket& ticket;
  const Policy& policy;
  absl::Time now;
  std::string area;
  std::string from_org;                        ///< whose dispatcher asks; empty: the city's
  std::optional<Unit> lead_of_case;            ///< who handles another ticket of the same case
  absl::btree_map<std::string, int64_t> open;  ///< open tickets by organisation
};

struct Candidate {
  Unit unit;
  std::string name;
  std::string why_not;  ///< empty: it can have the ticket
  int64_t open = 0;
  int capacity = 0;
  friend bool operator==(const Candidate&, const Candidate&) = default;
};

struct DispatchSuggestion {
  Unit unit;      ///< empty: nobody can have it; `candidates` says why
  Unit fallback;  ///< who takes it if a ruling comes to nothing; empty: nobody else can
  std::optional<TimeLimit> limit;     ///< what the catalogue promises, if shorter than the policy's
  bool feedback = false;              ///< the origin gets the result
  std::vector<std::string> rules;     ///< what decided and what it saw, in order; for the events
  std::vector<Candidate> candidates;  ///< the chosen one first; at most kMaxCandidates
};

inline constexpr size_t kMaxCandidates = 20;

/// A ticket may be asked about in any state.
DispatchSuggestion SuggestDispatch(const DispatchRules& rules,
                                   const directory::Directory& directory,
                                   const DispatchQuestion& question);

/// Returns the organisations whose open tickets R9 wants to know.
std::vector<std::string> OrganisationsInReach(const DispatchRules& rules,
                                              const directory::Directory& directory,
                                              const DispatchQuestion& question);

}  // namespace hotline::ticket
