#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "services/runtime/config.h"
#include "services/runtime/config_tree.h"

namespace hotline {
namespace {

constexpr size_t kMaxListItems = 100'000;

absl::StatusOr<Endpoint> ParsePeer(std::string_view text) {
  auto endpoint = Endpoint::Parse(text);
  if (endpoint.ok() && endpoint->port == 0) {
    return absl::InvalidArgumentError(absl::StrCat(Quote(text), " needs a port that is not 0"));
  }
  return endpoint;
}

absl::StatusOr<IntRange> ParseSpan(std::string_view text, IntRange limits) {
  const size_t dash = text.find('-');
  if (dash == text.npos) {
    return absl::InvalidArgumentError(absl::StrCat(Quote(text), " is no range; write from-to"));
  }
  const auto from = ParseInt(text.substr(0, dash), limits);
  if (!from.ok()) return from.status();
  const auto to = ParseInt(text.substr(dash + 1), limits);
  if (!to.ok()) return to.status();
  if (*from > *to) {
    return absl::InvalidArgumentError(absl::StrCat(Quote(text), " ends before it starts"));
  }
  return IntRange{*from, *to};
}

}  // namespace

ConfigReader::ConfigReader(ConfigNode* node, std::string path, std::string variable_prefix,
                           ConfigProblems* problems)
    : node_(node),
      path_(std::move(path)),
      variable_prefix_(std::move(variable_prefix)),
      problems_(problems) {
  if (node_ == nullptr) return;
  if (node_->kind == ConfigNode::Kind::kMap) {
    node_->visited = true;
  } else {
    problems_->lines.push_back(
        absl::StrCat(path_, ": ", node_->kind_name(), " where a map of keys is needed"));
    node_ = nullptr;
  }
}

std::string ConfigReader::PathOf(std::string_view key) const {
  return JoinPath(path_, key);
}

void ConfigReader::Error(std::string_view key, std::string_view sentence) {
  problems_->lines.push_back(absl::StrCat(PathOf(key), ": ", std::string(sentence)));
}

void ConfigReader::IgnoreRest() {
  if (node_ != nullptr) node_->ignore_rest = true;
  if (variable_prefix_.empty()) return;
  for (const auto& [name, value] : problems_->environment) {
    if (name.compare(0, variable_prefix_.size(), variable_prefix_) == 0) {
      problems_->known_variables.insert(name);
    }
  }
}

ConfigNode* ConfigReader::Find(std::string_view key) {
  if (node_ == nullptr) return nullptr;
  auto& known = node_->known_keys;
  if (std::find(known.begin(), known.end(), key) == known.end()) known.emplace_back(key);
  return node_->Find(key);
}

std::optional<std::string> ConfigReader::FindVariable(std::string_view key) {
  if (variable_prefix_.empty()) return std::nullopt;
  const auto found =
      problems_->environment.find(variable_prefix_ + absl::AsciiStrToUpper(std::string(key)));
  if (found == problems_->environment.end()) return std::nullopt;
  problems_->known_variables.insert(found->first);
  return found->second;
}

bool ConfigReader::Has(std::string_view key) {
  return Find(key) != nullptr || FindVariable(key).has_value();
}

std::optional<ConfigReader::Scalar> ConfigReader::ReadScalar(std::string_view key, bool required) {
  const ConfigNode* node = Find(key);
  if (auto variable = FindVariable(key)) {
    return Scalar{*std::move(variable), absl::StrCat(PathOf(key), " (", variable_prefix_,
                                                     absl::AsciiStrToUpper(std::string(key)), ")")};
  }
  if (node == nullptr) {
    if (required) Error(key, "missing");
    return std::nullopt;
  }
  if (node->kind != ConfigNode::Kind::kScalar) {
    Error(key, absl::StrCat(node->kind_name(), " where a single value is needed"));
    return std::nullopt;
  }
  return Scalar{node->text, PathOf(key)};
}

template <class T, class Parser>
T ConfigReader::Read(std::string_view key, std::optional<T> fallback, const Parser& parse) {
  const auto scalar = ReadScalar(key, !fallback);
  if (scalar) {
    absl::StatusOr<T> value = parse(scalar->text);
    if (value.ok()) return *std::move(value);
    problems_->lines.push_back(absl::StrCat(scalar->source, ": ", value.status().message()));
  }
  return std::move(fallback).value_or(T{});
}

std::string ConfigReader::String(std::string_view key, std::optional<std::string> fallback) {
  return Read<std::string>(key, std::move(fallback),
                           [](const std::string& text) -> absl::StatusOr<std::string> {
                             if (text.empty()) return absl::InvalidArgumentError("empty");
                             return text;
                           });
}

std::string ConfigReader::Name(std::string_view key, std::optional<std::string> fallback) {
  return Read<std::string>(key, std::move(fallback),
                           [](const std::string& text) -> absl::StatusOr<std::string> {
                             if (auto status = CheckName(text); !status.ok()) return status;
                             return text;
                           });
}

int64_t ConfigReader::Int(std::string_view key, IntRange range, std::optional<int64_t> fallback) {
  return Read<int64_t>(key, fallback,
                       [range](const std::string& text) { return ParseInt(text, range); });
}

bool ConfigReader::Bool(std::string_view key, std::optional<bool> fallback) {
  return Read<bool>(key, fallback, ParseBool);
}

absl::Duration ConfigReader::Duration(std::string_view key, std::optional<absl::Duration> fallback,
                                      DurationRange range) {
  return Read<absl::Duration>(
      key, fallback, [range](const std::string& text) { return ParseDuration(text, range); });
}

Endpoint ConfigReader::Listen(std::string_view key, std::optional<Endpoint> fallback) {
  return Read<Endpoint>(key, std::move(fallback), Endpoint::Parse);
}

Endpoint ConfigReader::Peer(std::string_view key, std::optional<Endpoint> fallback) {
  return Read<Endpoint>(key, std::move(fallback), ParsePeer);
}

IntRange ConfigReader::Span(std::string_view key, IntRange limits,
                            std::optional<IntRange> fallback) {
  return Read<IntRange>(key, fallback,
                        [limits](const std::string& text) { return ParseSpan(text, limits); });
}

std::optional<size_t> ConfigReader::ReadChoice(std::string_view key,
                                               const std::vector<std::string_view>& names,
                                               bool required) {
  const auto scalar = ReadScalar(key, required);
  if (!scalar) return std::nullopt;
  const auto found = std::find(names.begin(), names.end(), scalar->text);
  if (found != names.end()) return found - names.begin();
  const std::vector<std::string> known(names.begin(), names.end());
  problems_->lines.push_back(absl::StrCat(scalar->source, ": ", Quote(scalar->text),
                                          " is not one of ", absl::StrJoin(known, ", ")));
  return std::nullopt;
}

std::vector<ConfigReader::Scalar> ConfigReader::ReadScalars(std::string_view key) {
  std::vector<Scalar> scalars;
  const ConfigNode* node = Find(key);
  if (const auto variable = FindVariable(key)) {
    const std::string source = absl::StrCat(PathOf(key), " (", variable_prefix_,
                                            absl::AsciiStrToUpper(std::string(key)), ")");
    for (const auto part : absl::StrSplit(*variable, ',', absl::SkipWhitespace())) {
      scalars.push_back({std::string(absl::StripAsciiWhitespace(part)), source});
    }
    return scalars;
  }
  if (node == nullptr) return scalars;
  if (node->kind != ConfigNode::Kind::kList) {
    Error(key, absl::StrCat(node->kind_name(), " where a list is needed"));
    return scalars;
  }
  for (size_t i = 0; i < std::min(node->items.size(), kMaxListItems); ++i) {
    const ConfigNode& item = node->items[i];
    const std::string source = absl::StrCat(PathOf(key), "[", i, "]");
    if (item.kind == ConfigNode::Kind::kScalar) {
      scalars.push_back({item.text, source});
    } else {
      problems_->lines.push_back(
          absl::StrCat(source, ": ", item.kind_name(), " where a single value is needed"));
    }
  }
  return scalars;
}

std::vector<std::string> ConfigReader::Strings(std::string_view key) {
  std::vector<std::string> values;
  for (auto& scalar : ReadScalars(key)) values.push_back(std::move(scalar.text));
  return values;
}

std::vector<Endpoint> ConfigReader::Peers(std::string_view key) {
  std::vector<Endpoint> peers;
  for (const auto& scalar : ReadScalars(key)) {
    auto peer = ParsePeer(scalar.text);
    if (peer.ok()) {
      peers.push_back(*std::move(peer));
    } else {
      problems_->lines.push_back(absl::StrCat(scalar.source, ": ", peer.status().message()));
    }
  }
  return peers;
}

std::vector<std::pair<std::string, int64_t>> ConfigReader::IntMap(std::string_view key,
                                                                  IntRange range) {
  std::vector<std::pair<std::string, int64_t>> values;
  ConfigNode* node = Find(key);
  if (node == nullptr) return values;
  ConfigReader map(node, PathOf(key), "", problems_);
  if (map.node_ == nullptr) return values;
  for (const auto& [name, value] : map.node_->entries) {
    values.emplace_back(name, map.Int(name, range));
  }
  std::sort(values.begin(), values.end());
  return values;
}

void ConfigReader::List(std::string_view key, const std::function<void(ConfigReader&)>& item) {
  ConfigNode* node = Find(key);
  if (node == nullptr) return;
  if (node->kind != ConfigNode::Kind::kList) {
    Error(key, absl::StrCat(node->kind_name(), " where a list is needed"));
    return;
  }
  if (node->items.size() > kMaxListItems) {
    Error(key, absl::StrCat("more than ", kMaxListItems, " entries"));
    return;
  }
  for (size_t i = 0; i < node->items.size(); ++i) {
    ConfigReader reader(&node->items[i], absl::StrCat(PathOf(key), "[", i, "]"), "", problems_);
    if (reader.node_ != nullptr) item(reader);
  }
}

ConfigReader ConfigReader::Map(std::string_view key) {
  return ConfigReader(Find(key), PathOf(key), "", problems_);
}

}  // namespace hotline
