// Reads scenario files (router/sim/scenarios/*.yaml): a scenario, perhaps in several cells, or a
// recorded log to replay.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "router/sim/world/scenario.h"

namespace hotline::sim {

/// A recorded log, by its files' names; empty: the scenario draws its days.
struct ReplayFiles {
  std::string folder;  ///< where they are, unless --data says otherwise
  std::string calls, sessions, wrap_ups;
};

/// A scenario file's contents.
struct ScenarioFile {
  std::vector<Scenario> cells;  ///< at least one; each whole in itself
  ReplayFiles replay;
};

/// Returns the file's scenario, or every mistake in it, one per line with file, line and key.
/// Returns: NOT_FOUND if it cannot be read, INVALID_ARGUMENT.
absl::StatusOr<ScenarioFile> ReadScenarioFile(const std::string& path);

}  // namespace hotline::sim
