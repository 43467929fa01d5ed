// Which steps lead on from where a ticket is, for whom, and what each wants to know. For pages and
// programs that offer them; what really happens is decided by TicketLife::Step alone.
//
// Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "services/ticket/core/policy.h"
#include "services/ticket/core/ticket.h"

namespace hotline::ticket {

/// One thing that a step asks for.
struct StepInput {
  std::string_view field;  ///< of AdvanceTicketRequest: "text", "unit" …
  bool required = false;
  std::vector<std::string_view> choices;  ///< empty: anything
  friend bool operator==(const StepInput&, const StepInput&) = default;
};

/// A step that the table has from here.
struct StepOffer {
  std::string_view word;  ///< "edit", "dispatch" …, see NameOf
  std::string_view what;  ///< of "propose": what is proposed
  State to = State::kNone;
  Roles who;
  bool allowed = false;  ///< to the actor, now
  /// Of an allowed one: what is missing yet, or nothing; else why not.
  std::string sentence;
  std::vector<StepInput> inputs;
  friend bool operator==(const StepOffer&, const StepOffer&) = default;
};

/// Returns the steps of people from the state of `ticket`, in the order of the table. Those that
/// only the hotline itself takes are left out.
std::vector<StepOffer> StepsFrom(const Policy& policy, const Ticket& ticket, const Actor& actor,
                                 absl::Time now);

}  // namespace hotline::ticket
