// Every mistake of a configuration file, found by the readers that the processes themselves use.
#pragma once

#include <string>

#include "absl/status/status.h"

#include "services/runtime/config.h"

namespace hotline::ctl {

/// Reads `file` as the processes of the hotline would.
/// Returns: a usage error with all their problems, one per line.
absl::Status CheckConfiguration(const std::string& file, const hotline::Environment& environment);

}  // namespace hotline::ctl
