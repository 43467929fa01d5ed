// Reads sources the way a strict reviewer would: which layer a file is in, what it includes and
// calls, and what of that its layer forbids.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::house {

/// Which layers a layer may use.
using LayerTable = std::map<std::string, std::set<std::string>, std::less<>>;

/// Reads the `set(HOTLINE_x_MAY_USE …)` lines of deploy/cmake/Layers.cmake.
LayerTable ParseLayerTable(std::string_view cmake);

/// Returns the layer of a file by its path from the root ("router/core/router.h" → "core"), nothing
/// if no rule knows it.
std::optional<std::string> LayerOf(std::string_view path);

/// Returns `source` with comments removed and the contents of string literals blanked, except in
/// #include lines; lines stay lines.
std::string StripComments(std::string_view source);

/// Returns what is wrong with the file, one sentence each with its line.
std::vector<std::string> Check(const std::string& path, std::string_view source,
                               const LayerTable& table);

}  // namespace hotline::house
