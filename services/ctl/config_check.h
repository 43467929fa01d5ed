// Every mistake of a configuration file, found by the readers that the processes themselves use.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "services/runtime/config.h"

namespace hotline::ctl {

/// Reads `file` as the processes of the hotline would.
/// Returns: a usage error with all their problems, one per line.
absl::Status CheckConfiguration(const std::string& file, const hotline::Environment& environment);

/// Returns what `program` ("router", "call", "media", "ticket", "directory" or "console") reads of
/// `file`, a line "key: value" each: two files with the same lines are the same to it. Returns: a
/// usage error if there is no such program, or the file cannot be read.
absl::StatusOr<std::string> ValuesReadBy(const std::string& program, const std::string& file,
                                         const hotline::Environment& environment);

}  // namespace hotline::ctl
