// The steps by which the directory's tables came to be what they are
// (services/database/migration.h).
#pragma once

#include <vector>

#include "services/database/migration.h"

namespace hotline::directory {

/// All steps, oldest first.
const std::vector<Migration>& DirectoryMigrations();

}  // namespace hotline::directory
