// Who sees a ticket, and how much of it. Pure functions.
#pragma once

#include "services/ticket/core/ticket.h"

namespace hotline::ticket {

/// Whether `actor` may know that the ticket exists. Whom a complaint is about may not, whatever his
/// role; counties, stations, villages and units see what lies in their own subtree, what they
/// opened and what they help with; strict tickets are seen by those who work on them, their
/// dispatchers, supervisors and auditors.
bool MaySee(const Ticket& ticket, const Actor& actor);

/// Whether `actor` sees the citizen's name and masked number of a confidential ticket.
bool SeesCitizen(const Ticket& ticket, const Actor& actor);

}  // namespace hotline::ticket
