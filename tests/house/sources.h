// The repository's C++ sources, for tests that read them all.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hotline::house {

inline const std::filesystem::path kRoot = HOTLINE_SOURCE_DIR;

/// Every .h and .cc of ours.
inline std::vector<std::filesystem::path> AllSources() {
  std::vector<std::filesystem::path> sources;
  for (const char* folder : {"services", "router", "agent_console", "deploy", "tests"}) {
    if (!std::filesystem::exists(kRoot / folder)) continue;
    for (auto it = std::filesystem::recursive_directory_iterator(kRoot / folder);
         it != std::filesystem::recursive_directory_iterator(); ++it) {
      if (it->path().filename() == "node_modules") it.disable_recursion_pending();
      const auto extension = it->path().extension();
      if (extension == ".h" || extension == ".cc") sources.push_back(it->path());
    }
  }
  return sources;
}

/// From the root: "router/core/router.h".
inline std::string PathOf(const std::filesystem::path& source) {
  return source.lexically_relative(kRoot);
}

}  // namespace hotline::house
