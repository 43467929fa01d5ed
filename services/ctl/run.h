// hotline-ctl as a function: arguments in, text and exit code out.
#pragma once

#include <string>
#include <vector>

#include "services/ctl/session.h"

namespace hotline::ctl {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

/// Carries out one command line. `arguments` are those after the program's name.
int Run(const std::vector<std::string>& arguments, const Surroundings& surroundings);

}  // namespace hotline::ctl
