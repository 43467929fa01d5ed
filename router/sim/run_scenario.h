// `hotline-sim run` and `compare`: scenarios through the live router's core, policies side by side.
#pragma once

#include <string>

#include "router/sim/options.h"

namespace hotline::sim {

/// Runs the scenario file `path`. Returns the process's exit code: 2 for mistakes in file or
/// options; with --check 1 if a figure that is known exactly is missed by over 3 standard errors.
int RunScenario(const std::string& path, Options options);

}  // namespace hotline::sim
