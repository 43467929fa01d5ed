// One ticket's life: commands in, events out. The production service, the scenarios and the
// property tests drive this same class.
//
// Opens nothing, waits for nothing, reads no clock. Thread-compatible.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "services/ticket/core/command.h"
#include "services/ticket/core/ticket.h"
#include "services/ticket/core/transitions.h"

namespace hotline::ticket {

/// A ticket with so many changes is closed and opened anew; so much may be due at once.
inline constexpr int64_t kMaxVersions = 5'000;
inline constexpr int kMaxTicksAtOnce = 64;

/// What came of a command. A command that changes nothing (the same words again) is no error and
/// makes no event.
struct Decision {
  std::vector<Event> events;
  std::optional<Refusal> refusal;  ///< then there are no events
};

class TicketLife {
 public:
  /// Goes on with `ticket`; a default one is not opened yet. `policy` must outlive this.
  explicit TicketLife(const Policy& policy, Ticket ticket = {})
      : policy_(policy), ticket_(std::move(ticket)) {}

  /// Decides on `command` of `actor` at `now`, by the table, and applies the events it returns.
  /// A `now` before the ticket's last change counts as that (clocks of two processes differ).
  [[nodiscard]] Decision Step(absl::Time now, const Actor& actor, const Command& command);

  /// Returns when Step() must next be called with a Tick, or InfiniteFuture.
  absl::Time next_deadline() const;

  const Ticket& ticket() const { return ticket_; }

 private:
  Decision Take(const Transition& row, Case the_case);
  /// All that time does up to `now`, in the order in which it was due.
  Decision DoWhatIsDue(absl::Time now, const Actor& actor);
  /// What happens next by itself, and when.
  std::pair<const Transition*, absl::Time> NextRow() const;

  const Policy& policy_;
  Ticket ticket_;
};

}  // namespace hotline::ticket
