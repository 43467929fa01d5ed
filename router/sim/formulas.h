// The planner's formulas as subcommands: `hotline-sim erlang` and `hotline-sim staff`.
#pragma once

#include "router/sim/options.h"

namespace hotline::sim {

/// Prints the steady state of a number of seats. Returns the process's exit code.
int RunErlang(Options options);
/// Prints the least seats for a connect rate. Returns the process's exit code.
int RunStaff(Options options);

/// Prints errors to stderr, one a line. Returns 2, or 0 if there are none.
int ReportErrors(const std::vector<std::string>& errors);

}  // namespace hotline::sim
