// The table of a ticket's life: every way to change it, and no other (I18).
//
//   S00 draft ─2─► S60 closed            S07 wait info ⇄4 S05, S30        S35 suspended ⇄15 S30
//     └─3─► S05 registered ─7─► S20 dispatched ─8,9─► S30 in progress ─17─► S40 review ─19─► S50
//                    S10 ◄─11─ S25 return asked ◄─10─┘    ▲  ▲                │18              │
//                               └─13─► S27 ruling ─13─────┘  └────────────────┘                │
//   S50 to follow up ─20,21,24,25─► S60 closed ─28─► S80 archived; ─22─► S55 rework ─23─► S40 ◄┘
//
// Numbers are those of the domain model, section 3.5. A row says from where to where, what makes it
// happen, who may, what must hold, and which event it becomes. Changes that move nothing (edits,
// contacts, warnings) are rows without a number, except 14, 16 and 30.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"

#include "services/ticket/core/command.h"
#include "services/ticket/core/policy.h"
#include "services/ticket/core/ticket.h"

namespace hotline::ticket {

/// What a guard and an effect may look at.
struct Case {
  const Policy& policy;
  const Ticket& ticket;
  const Actor& actor;
  const Command& command;
  absl::Time now;
  State to = State::kNone;                  ///< of the row
  absl::Time due = absl::InfiniteFuture();  ///< of a row that happens by itself
};

/// What a row makes of a command.
struct Outcome {
  std::optional<EventBody> body;  ///< nothing: there is nothing to do
  std::vector<ClockSet> clocks;
};

/// The command that a row is for; of Do, the act.
struct Trigger {
  size_t command = 0;
  Act act = Act::kNone;
  friend constexpr bool operator==(const Trigger&, const Trigger&) = default;
};

Trigger TriggerOf(const Command& command);

struct Transition {
  int row = 0;  ///< 0: none of the domain model
  States from;
  State to = State::kNone;  ///< kNone: where it was
  Trigger trigger;
  Roles who;
  /// Returns why not; nothing if it may happen.
  std::optional<Refusal> (*guard)(const Case&);
  Outcome (*effect)(const Case&);
  /// Whether this row is meant, where several lead from one state by one command; null: always.
  bool (*when)(const Case&) = nullptr;
  /// When the row happens by itself, for the trigger Tick.
  absl::Time (*deadline)(const Policy&, const Ticket&) = nullptr;
};

/// All rows. Those with the same `from` and `trigger` stand in the order in which they are tried.
absl::Span<const Transition> Transitions();

/// Row 3: when a draft registers itself. InfiniteFuture while its call goes on; without a call the
/// time runs from the last change.
absl::Time DraftDeadline(const Policy& policy, const Ticket& ticket);

/// Whether it belongs to a group event that a supervisor must hear of.
bool IsGroupAlarm(const Policy& policy, const Ticket& ticket);

}  // namespace hotline::ticket
