// What must hold in a directory, as problems a person can mend: every one at once, with file, line
// and reason. Errors forbid an import; warnings are what a supervisor should look at.
//
// Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/time/civil_time.h"

#include "services/directory/core/records.h"
#include "services/directory/core/sheet.h"

namespace hotline::directory {

/// Most matters a node can be said to handle at a time.
inline constexpr int kMaxCapacity = 1000;
/// Categories below one another.
inline constexpr int kMaxCategoryDepth = 3;

/// Returns the problems in the order of the tables, then of their lines. `files`: what
/// Origin::file points into. `today`: for what has expired. Requires: sorted tables.
std::vector<Problem> Check(const Directory& directory, const std::vector<std::string>& files,
                           absl::CivilDay today);

}  // namespace hotline::directory
