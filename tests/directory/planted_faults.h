// The demo's pack with many mistakes planted into it, each at a place that is known: an import must
// name every one.
#pragma once

#include <string>
#include <vector>

#include "services/directory/core/sheet.h"
#include "services/directory/files/pack.h"

namespace hotline::directory {

struct PlantedFault {
  std::string file;
  std::string line;     ///< how the line begins; a line that is not there is added
  std::string from;     ///< in that line
  std::string to;       ///< instead; for an added line: the whole line
  std::string reason;   ///< part of what must be reported
  std::string at = "";  ///< "file:how the line begins" if it is reported elsewhere
};

const std::vector<PlantedFault>& PlantedFaults();

/// deploy/demo/directory as it is.
std::vector<PackFile> DemoPack();

/// The pack with all faults in it.
std::vector<PackFile> FaultyPack();

/// Faults that `problems` do not name with file, line and reason.
std::vector<std::string> Unreported(const std::vector<PackFile>& pack,
                                    const std::vector<Problem>& problems);

}  // namespace hotline::directory
