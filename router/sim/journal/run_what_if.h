// `hotline-sim what-if`: a recorded day under another policy.
#pragma once

#include "router/sim/options.h"

namespace hotline::sim {

/// Returns the process's exit code.
int RunWhatIf(Options options);

}  // namespace hotline::sim
