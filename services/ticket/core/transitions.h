// The table of a ticket's life: every way to change it, and no other (I18).
//
//   – ──1──► S00 draft ──2──► S60 closed (on the spot)
//                 └─────3──► S05 registered
//
// Numbers are those of the domain model, section 3.5; its rows 4 … 30 are added here. A row says
// from where to where, what makes it happen, who may, what must hold, and which event it becomes.
// Changes that move nothing (edits, the end of the call) are rows without a number.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"

#include "services/ticket/core/command.h"
#include "services/ticket/core/ticket.h"

namespace hotline::ticket {

/// Numbers that an area decides.
struct Policy {
  absl::Duration draft_hold = absl::Minutes(10);  ///< row 3: from the end of the call
};

/// What a guard and an effect may look at.
struct Case {
  const Policy& policy;
  const Ticket& ticket;
  const Actor& actor;
  const Command& command;
  absl::Time now;
};

struct Transition {
  int row = 0;  ///< 0: moves nothing
  State from = State::kNone;
  State to = State::kNone;
  size_t trigger = 0;  ///< index of the command in Command
  Roles who;
  /// Returns why not; nothing if it may happen.
  std::optional<Refusal> (*guard)(const Case&);
  /// Returns the event; nothing if there is nothing to do.
  std::optional<EventBody> (*effect)(const Case&);
  /// When the row happens by itself, for the trigger Tick.
  absl::Time (*deadline)(const Policy&, const Ticket&) = nullptr;
};

/// All rows. Those with the same `from` and `trigger` stand in the order in which they are tried.
absl::Span<const Transition> Transitions();

/// Row 3: when a draft registers itself. InfiniteFuture while its call goes on; without a call the
/// time runs from the last change.
absl::Time DraftDeadline(const Policy& policy, const Ticket& ticket);

}  // namespace hotline::ticket
