#include "services/runtime/config_tree.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/runtime/parse_value.h"
#include "yaml-cpp/yaml.h"

namespace hotline {
namespace {

constexpr size_t kMaxYamlBytes = 8 << 20;  // 50,000 seats of 150 bytes
constexpr int kMaxNodes = 1'000'000;       // aliases can make a small file large
constexpr int kMaxDepth = 16;

absl::Status ErrorAt(const YAML::Mark& mark, std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("line ", mark.line + 1, ", column ", mark.column + 1, ": ", std::string(what)));
}

/// Turns yaml-cpp's nodes into ours.
class Converter {
 public:
  absl::Status Convert(const YAML::Node& from, int depth, ConfigNode& to) {
    if (++nodes_ > kMaxNodes) return ErrorAt(from.Mark(), "too many values");
    if (depth > kMaxDepth) return ErrorAt(from.Mark(), "nested too deeply");
    switch (from.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return absl::OkStatus();
      case YAML::NodeType::Scalar:
        to.kind = ConfigNode::Kind::kScalar;
        to.text = from.Scalar();
        return absl::OkStatus();
      case YAML::NodeType::Sequence:
        return ConvertList(from, depth, to);
      case YAML::NodeType::Map:
        return ConvertMap(from, depth, to);
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ConvertList(const YAML::Node& from, int depth, ConfigNode& to) {
    to.kind = ConfigNode::Kind::kList;
    for (const auto& item : from) {
      if (auto status = Convert(item, depth + 1, to.items.emplace_back()); !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  absl::Status ConvertMap(const YAML::Node& from, int depth, ConfigNode& to) {
    to.kind = ConfigNode::Kind::kMap;
    std::vector<std::string> keys;
    for (const auto& entry : from) {
      if (!entry.first.IsScalar()) return ErrorAt(entry.first.Mark(), "a key must be text");
      to.entries.emplace_back(entry.first.Scalar(), ConfigNode());
      keys.push_back(entry.first.Scalar());
      if (auto status = Convert(entry.second, depth + 1, to.entries.back().second); !status.ok()) {
        return status;
      }
    }
    // yaml-cpp keeps both values of a repeated key, and nobody could tell which one is meant.
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end()) {
      return ErrorAt(from.Mark(), absl::StrCat("the key ", Quote(*twice), " is given twice"));
    }
    return absl::OkStatus();
  }

  int nodes_ = 0;
};

}  // namespace

const char* ConfigNode::kind_name() const {
  switch (kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kScalar:
      return "a single value";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "?";
}

ConfigNode* ConfigNode::Find(std::string_view key) {
  for (auto& [name, value] : entries) {
    if (name == key) return value.kind == Kind::kNull ? nullptr : &value;
  }
  return nullptr;
}

std::string JoinPath(std::string_view path, std::string_view key) {
  return absl::StrCat(std::string(path), path.empty() ? "" : ".", std::string(key));
}

absl::StatusOr<ConfigNode> ParseYaml(const std::string& yaml) {
  if (yaml.size() > kMaxYamlBytes) return absl::InvalidArgumentError("the file is too large");
  ConfigNode root;
  try {
    if (auto status = Converter().Convert(YAML::Load(yaml), 0, root); !status.ok()) return status;
  } catch (const YAML::Exception& error) {
    return ErrorAt(error.mark, error.msg);
  }
  return root;
}

}  // namespace hotline
