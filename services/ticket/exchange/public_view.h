// What another system may know of a ticket: its stage, its deadline, the public answer.
//
// Pure. Source: domain model, scenario SC05.
#pragma once

#include <optional>
#include <string>

#include "absl/time/time.h"

#include "services/ticket/core/ticket.h"

namespace hotline::ticket {

struct PublicView {
  std::string stage;  ///< see hotline.exchange.v1.PublicView
  std::optional<absl::Time> deadline;
  std::string public_answer;
  std::string closure;
  int grade = 0;
  friend bool operator==(const PublicView&, const PublicView&) = default;
};

PublicView PublicViewOf(const Ticket& ticket);

/// Whether `source` must be told of the step from `before` to `after`: it has a number there, and
/// what it may know has changed.
bool MustTell(const std::string& source, const Ticket& before, const Ticket& after);

}  // namespace hotline::ticket
