// The tables of a directory as YAML. yaml-cpp stays out of the header: including it costs seconds.
#pragma once

#include <string>
#include <vector>

#include "services/directory/core/sheet.h"

namespace hotline::directory {

/// Adds a sheet for each table of the file to `sheets`, and what cannot be made out to `problems`.
void ParseYaml(const std::string& file, const std::string& text, std::vector<Sheet>& sheets,
               std::vector<Problem>& problems);

/// Cells that are empty are left out.
std::string FormatYaml(const std::vector<Sheet>& sheets);

}  // namespace hotline::directory
