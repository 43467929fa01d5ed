// Between the core's tickets, the protos, and the rows of the store. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/runtime/proto_time.h"
#include "services/ticket/core/command.h"
#include "services/ticket/core/steps.h"
#include "services/ticket/core/ticket_life.h"
#include "services/ticket/store/ticket_rows.h"

#include "hotline/ticket/v1/ticket.pb.h"
#include "hotline/ticket/v1/ticket_service.pb.h"

namespace hotline::ticket {

using hotline::FromProto;
using hotline::ToProto;

v1::Ticket ToProto(const Ticket& ticket, const Policy& policy);
v1::TicketEvent ToProto(const Event& event);
v1::TicketStep ToProto(const StepOffer& offer);
/// What `actor` gets to see of a ticket that he may see.
v1::Ticket Shown(const Ticket& ticket, const Policy& policy, const Actor& actor);
/// Takes out of `ticket` who the citizen is.
void HideCitizen(v1::Ticket& ticket);
Content FromProto(const v1::TicketContent& content);

/// Returns the row of a ticket, without its caller.
TicketRow ToRow(const TicketLife& life);
EventRow ToRow(const Event& event);
/// Returns: DATA_LOSS if the body is none that ToRow wrote.
absl::StatusOr<Ticket> FromRow(const TicketRow& row);
absl::StatusOr<Event> FromRow(const EventRow& row);

/// Returns the status a client gets: INVALID_ARGUMENT with TicketProblems, ABORTED with a
/// TicketConflict, FAILED_PRECONDITION, PERMISSION_DENIED. The details are payloads of the status.
/// `current` is the ticket as the client may see it.
absl::Status ToStatus(const Refusal& refusal, const v1::Ticket& current);

/// INVALID_ARGUMENT with TicketProblems, for what is wrong with the request itself.
absl::Status InvalidRequest(std::vector<Problem> problems);

}  // namespace hotline::ticket
