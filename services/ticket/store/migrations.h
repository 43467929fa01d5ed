// The steps by which the tickets' tables came to be what they are (services/database/migration.h).
#pragma once

#include <vector>

#include "services/database/migration.h"

namespace hotline::ticket {

/// All steps, oldest first.
const std::vector<Migration>& TicketMigrations();

}  // namespace hotline::ticket
