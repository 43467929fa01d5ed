// A configuration file as a tree of text, with marks for what has been read. Only config_file.cc
// and config_reader.cc use it; it keeps yaml-cpp out of everybody else's build.
//
// Thread-compatible.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

#include "services/runtime/config.h"

namespace hotline {

/// One value of the file.
struct ConfigNode {
  enum class Kind { kNull, kScalar, kList, kMap };

  /// "a list", for error texts.
  const char* kind_name() const;
  /// Returns the value of `key` in a map, or nullptr. A key that is written without a value counts
  /// as not given.
  ConfigNode* Find(std::string_view key);

  Kind kind = Kind::kNull;
  std::string text;                                         ///< of a scalar
  std::vector<ConfigNode> items;                            ///< of a list
  std::vector<std::pair<std::string, ConfigNode>> entries;  ///< of a map, in the file's order

  /// Keys that a reader asked this map for. Unless `ignore_rest`, entries not among them are
  /// mistakes.
  std::vector<std::string> known_keys;
  bool visited = false;  ///< a reader was opened on this map
  bool ignore_rest = false;
};

/// What all readers of a file share.
struct ConfigProblems {
  Environment environment;
  std::set<std::string> known_variables;
  std::vector<std::string> lines;
};

/// Returns "area.id" for "area" and "id".
std::string JoinPath(std::string_view path, std::string_view key);

/// Reads YAML.
/// Returns: INVALID_ARGUMENT with line and column if it cannot be read, is larger than the limits
/// in config_tree.cc, has a key twice in one map or a key that is no text.
absl::StatusOr<ConfigNode> ParseYaml(const std::string& yaml);

}  // namespace hotline
