// Reads recorded logs: gzip or plain CSV with a header line.
#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "router/sim/world/replay.h"

namespace hotline::sim {

/// Reads the columns day, t_s, type, priority, served, wait_s, service_s; day, agent, start_s,
/// end_s, skills (A|B|C); and, unless `wrap_ups` is empty, gap_s. Returns: NOT_FOUND if a file
/// cannot be opened, INVALID_ARGUMENT naming file, line and column.
absl::StatusOr<CallLog> ReadCallLog(const std::string& calls, const std::string& sessions,
                                    const std::string& wrap_ups);

}  // namespace hotline::sim
