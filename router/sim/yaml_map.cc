#include "router/sim/yaml_map.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/time/time.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

constexpr double kLongestSpan = 366 * 86'400.0;

std::optional<double> ParseSpan(const std::string& text) {
  absl::Duration span;
  if (!absl::ParseDuration(text, &span)) return std::nullopt;
  return absl::ToDoubleSeconds(span);
}

/// "15:00" → 54,000
std::optional<double> ParseTimeOfDay(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto hours = ParseNumber(text.substr(0, colon));
  const auto minutes = ParseNumber(text.substr(colon + 1));
  if (!hours || !minutes || *hours < 0 || *hours > 24 || *minutes < 0 || *minutes >= 60) {
    return std::nullopt;
  }
  return *hours * 3600 + *minutes * 60;
}

YAML::Node In(const YAML::Node& map, const std::string& key) {
  return map.IsDefined() && map.IsMap() ? map[key] : YAML::Node(YAML::NodeType::Undefined);
}

}  // namespace

std::optional<double> ParseNumber(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

void YamlProblems::Add(const YAML::Node& at, std::string_view key, std::string_view sentence) {
  const int line = at.IsDefined() ? at.Mark().line + 1 : 0;
  list.push_back(line > 0 ? fmt::format("{}:{}: {}: {}", file, line, key, sentence)
                          : fmt::format("{}: {}: {}", file, key, sentence));
}

YamlMap::YamlMap(YAML::Node base, YAML::Node over, std::string path, YamlProblems* problems)
    : base_(std::move(base)), over_(std::move(over)), path_(std::move(path)), problems_(problems) {
  if (base_.IsDefined() && !base_.IsMap()) {
    problems_->Add(base_, path_, "is no map of keys and values");
  }
}

YAML::Node YamlMap::Raw(std::string_view key) {
  asked_.emplace(key);
  for (const YAML::Node& map : {over_, base_}) {
    const YAML::Node node = In(map, std::string(key));
    if (node.IsDefined()) return node;
  }
  return YAML::Node(YAML::NodeType::Undefined);  // not yaml-cpp's zombie, which throws if asked
}

bool YamlMap::Has(std::string_view key) {
  return Raw(key).IsDefined();
}

std::string YamlMap::PathOf(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void YamlMap::Error(std::string_view key, std::string_view sentence) {
  const YAML::Node at = Raw(key);
  problems_->Add(at.IsDefined() ? at : base_, PathOf(key), sentence);
}

std::optional<std::string> YamlMap::Scalar(std::string_view key, bool required) {
  const YAML::Node node = Raw(key);
  if (!node.IsDefined()) {
    if (required) Error(key, "is missing");
    return std::nullopt;
  }
  if (!node.IsScalar()) {
    Error(key, "must be a single value");
    return std::nullopt;
  }
  return node.Scalar();
}

double YamlMap::Number(std::string_view key, double least, double most,
                       std::optional<double> otherwise) {
  const auto text = Scalar(key, !otherwise);
  if (!text) return otherwise.value_or(least);
  const auto value = ParseNumber(*text);
  if (value && *value >= least && *value <= most) return *value;
  Error(key, fmt::format("'{}' must be a number from {} to {}", *text, least, most));
  return otherwise.value_or(least);
}

int YamlMap::Whole(std::string_view key, int least, int most, std::optional<int> otherwise) {
  const double value = Number(key, least, most, otherwise);
  if (value != std::floor(value)) Error(key, "must be a whole number");
  return static_cast<int>(value);
}

double YamlMap::Span(std::string_view key, std::optional<double> otherwise) {
  const auto text = Scalar(key, !otherwise);
  if (!text) return otherwise.value_or(0);
  const auto value = ParseSpan(*text);
  if (value && *value >= 0 && *value <= kLongestSpan) return *value;
  Error(key, fmt::format("'{}' must be a span such as 90s, 2h or 1h30m", *text));
  return otherwise.value_or(0);
}

double YamlMap::Moment(std::string_view key, double clock_start, std::optional<double> otherwise) {
  const auto text = Scalar(key, !otherwise);
  if (!text) return otherwise.value_or(0);
  if (const auto time = ParseTimeOfDay(*text)) {
    if (*time >= clock_start) return *time - clock_start;
    Error(key, fmt::format("'{}' is before the day's start", *text));
    return 0;
  }
  if (const auto span = ParseSpan(*text); span && *span >= 0) return *span;
  Error(key, fmt::format("'{}' must be a time of day such as \"15:00\" or a span since the start "
                         "such as 2h",
                         *text));
  return otherwise.value_or(0);
}

std::string YamlMap::Text(std::string_view key, std::optional<std::string> otherwise) {
  auto text = Scalar(key, !otherwise);
  if (text && text->empty()) Error(key, "is empty");
  return text ? *std::move(text) : otherwise.value_or("");
}

size_t YamlMap::Choice(std::string_view key, const std::vector<std::string>& names,
                       std::optional<size_t> otherwise) {
  const auto text = Scalar(key, !otherwise);
  if (!text) return otherwise.value_or(0);
  const auto it = std::find(names.begin(), names.end(), *text);
  if (it != names.end()) return static_cast<size_t>(it - names.begin());
  Error(key, fmt::format("'{}' must be one of {}", *text, absl::StrJoin(names, ", ")));
  return otherwise.value_or(0);
}

std::vector<double> YamlMap::Numbers(std::string_view key, double least, double most) {
  std::vector<double> values;
  const YAML::Node node = Raw(key);
  if (!node.IsDefined()) return values;
  if (!node.IsSequence() || node.size() == 0) {
    Error(key, "must be a list of numbers");
    return values;
  }
  for (const YAML::Node& item : node) {
    const auto value = item.IsScalar() ? ParseNumber(item.Scalar()) : std::nullopt;
    if (value && *value >= least && *value <= most) {
      values.push_back(*value);
    } else {
      problems_->Add(item, PathOf(key),
                     fmt::format("'{}' must be a number from {} to {}",
                                 item.IsScalar() ? item.Scalar() : "…", least, most));
      values.push_back(least);
    }
  }
  return values;
}

std::vector<std::string> YamlMap::Texts(std::string_view key) {
  std::vector<std::string> values;
  const YAML::Node node = Raw(key);
  if (!node.IsDefined()) return values;
  if (!node.IsSequence()) {
    Error(key, "must be a list");
    return values;
  }
  for (const YAML::Node& item : node) {
    if (item.IsScalar()) {
      values.push_back(item.Scalar());
    } else {
      problems_->Add(item, PathOf(key), "must hold single values");
    }
  }
  return values;
}

void YamlMap::List(std::string_view key, const std::function<void(YamlMap&)>& item) {
  const YAML::Node node = Raw(key);
  if (!node.IsDefined()) return;
  if (!node.IsSequence()) return Error(key, "must be a list");
  for (size_t i = 0; i < node.size(); ++i) {
    YamlMap map(node[i], YAML::Node(YAML::NodeType::Undefined),
                fmt::format("{}[{}]", PathOf(key), i), problems_);
    item(map);
    map.Finish();
  }
}

void YamlMap::Map(std::string_view key, const std::function<void(YamlMap&)>& item) {
  const YAML::Node node = Raw(key);
  if (!node.IsDefined()) return;
  YamlMap map(node, YAML::Node(YAML::NodeType::Undefined), PathOf(key), problems_);
  item(map);
  map.Finish();
}

void YamlMap::Finish() {
  for (const YAML::Node& map : {base_, over_}) {
    if (!map.IsDefined() || !map.IsMap()) continue;
    for (const auto& entry : map) {
      const std::string key = entry.first.Scalar();
      if (!asked_.contains(key)) problems_->Add(entry.first, PathOf(key), "is no known key");
    }
  }
}

}  // namespace hotline::sim
