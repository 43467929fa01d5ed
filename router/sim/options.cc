#include "router/sim/options.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace hotline::sim {

Options::Options(const std::vector<std::string>& words, const std::vector<std::string>& flags) {
  for (size_t i = 0; i < words.size(); ++i) {
    if (!words[i].starts_with("--")) {
      errors_.push_back(fmt::format("'{}' is no option: options start with --", words[i]));
      continue;
    }
    const std::string name = words[i].substr(2);
    if (std::find(flags.begin(), flags.end(), name) != flags.end()) {
      flags_[name] = true;
    } else if (i + 1 < words.size() && !words[i + 1].starts_with("--")) {
      values_[name] = words[++i];
    } else {
      errors_.push_back(fmt::format("--{} needs a value", name));
      known_[name] = true;
    }
  }
}

bool Options::Flag(std::string_view name) {
  known_[std::string(name)] = true;
  return flags_.contains(std::string(name));
}

double Options::Number(std::string_view name, double least, double most,
                       std::optional<double> otherwise) {
  known_[std::string(name)] = true;
  const auto it = values_.find(std::string(name));
  if (it == values_.end()) {
    if (!otherwise) errors_.push_back(fmt::format("--{} is required", name));
    return otherwise.value_or(least);
  }
  char* end = nullptr;
  const double value = std::strtod(it->second.c_str(), &end);
  if (it->second.empty() || *end != '\0' || !(value >= least && value <= most)) {
    errors_.push_back(
        fmt::format("--{} {}: give a number from {} to {}", name, it->second, least, most));
    return least;
  }
  return value;
}

std::string Options::Text(std::string_view name, std::optional<std::string> otherwise) {
  known_[std::string(name)] = true;
  const auto it = values_.find(std::string(name));
  if (it != values_.end()) return it->second;
  if (!otherwise) errors_.push_back(fmt::format("--{} is required", name));
  return otherwise.value_or("");
}

std::vector<std::string> Options::Finish() const {
  std::vector<std::string> errors = errors_;
  for (const auto& [name, value] : values_) {
    if (!known_.contains(name)) errors.push_back(fmt::format("--{} is not an option here", name));
  }
  for (const auto& [name, on] : flags_) {
    if (!known_.contains(name)) errors.push_back(fmt::format("--{} is not an option here", name));
  }
  return errors;
}

}  // namespace hotline::sim
