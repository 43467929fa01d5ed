// `hotline-sim replay`: recorded days through the live router's core.
#pragma once

#include "router/sim/options.h"

namespace hotline::sim {

/// Returns the process's exit code.
int RunReplay(Options options);

}  // namespace hotline::sim
