// Which tickets a list shows, and by which way they are found: by their columns' indexes, or by
// that of the words.
#pragma once

#include <vector>

#include "services/database/database.h"
#include "services/ticket/store/ticket_rows.h"

namespace hotline::ticket {

/// Returns the tickets of `filter`, newest first.
std::vector<TicketRow> ListTickets(SqlSession& db, SqlEngine engine, const ListFilter& filter);

}  // namespace hotline::ticket
