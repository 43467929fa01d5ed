// `hotline-sim record`: copies an area's journal from Redis to a file, while the hotline runs.
#pragma once

#include "router/sim/options.h"

namespace hotline::sim {

/// Returns the process's exit code.
int RunRecord(Options options);

}  // namespace hotline::sim
