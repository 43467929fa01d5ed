// A ticket as it stands: the sum of its events.
//
// Pure values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "absl/types/span.h"

#include "services/ticket/core/content.h"
#include "services/ticket/core/event.h"
#include "services/ticket/core/types.h"

namespace hotline::ticket {

struct Ticket {
  std::string ticket_no;
  State state = State::kNone;
  int64_t version = 0;  ///< of the last event
  /// The last versions that changed what people wrote and where the ticket is. A person's change is
  /// refused if it was made on an older one; a call that ends meanwhile is nobody's work.
  int64_t content_version = 0, state_version = 0;
  Origin origin;
  std::string first_contact;
  std::string caller_masked;
  Content content;
  Closure closure = Closure::kNone;
  bool registered_automatically = false;
  absl::Time create_time;
  absl::Time update_time;
  std::optional<absl::Time> call_end_time, register_time, close_time;
  std::string updated_by;
  friend bool operator==(const Ticket&, const Ticket&) = default;
};

/// Adds `event` to `ticket`.
/// Requires: event.version is ticket.version + 1, and an Opened comes first and only first.
void Apply(const Event& event, Ticket& ticket);

/// Returns what `events` add up to.
Ticket Fold(absl::Span<const Event> events);

}  // namespace hotline::ticket
