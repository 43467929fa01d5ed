#include "router/sim/world/policy.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace hotline::sim {
namespace {

/// Overflow as rivals have it: seats that take whoever has waited `after` seconds.
void AddTimedOverflow(router::AreaConfig& area, const Overflow& overflow) {
  area.stations.push_back({.id = "overflow",
                           .level = "township",
                           .extension = "0",
                           .capacity = static_cast<uint32_t>(overflow.seats)});
  area.queues[0].stations.push_back("overflow");
  area.queues[0].escalate_after = absl::Seconds(overflow.after);
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& PolicyNames() {
  static const std::vector<std::pair<std::string, std::string>> kNames = {
      {kBaseline, "first come first served, longest idle seat"},
      {"priorities", "P0 to P3, each step worth a minute of waiting"},
      {"fixed-timer-overflow", "as the first, and overflow takes who has waited a fixed time"},
  };
  return kNames;
}

std::optional<Policy> MakePolicy(std::string_view name, const PolicySetting& setting) {
  Policy policy{.name = std::string(name), .routing = {.area = PlainArea()}};
  if (!setting.has_wrap_ups) policy.routing.area.queues[0].wrap_up = absl::ZeroDuration();
  if (name == kBaseline) return policy;
  if (name == "priorities") {
    policy.routing.use_priorities = true;
    return policy;
  }
  if (name == "fixed-timer-overflow") {
    if (setting.overflow.seats > 0) AddTimedOverflow(policy.routing.area, setting.overflow);
    policy.overflow_seats = setting.overflow.seats;
    return policy;
  }
  return std::nullopt;
}

std::string UnknownPolicy(std::string_view key, std::string_view name) {
  std::string sentence =
      absl::StrCat(std::string(key), ": '", std::string(name), "' is no policy; there are");
  const char* before = " ";
  for (const auto& [known, words] : PolicyNames()) {
    absl::StrAppend(&sentence, before, known);
    before = ", ";
  }
  return sentence;
}

PolicySetting SettingOf(const Scenario& scenario) {
  PolicySetting setting{.overflow = scenario.overflow};
  for (const CallClass& c : scenario.classes) setting.has_wrap_ups |= c.wrap_up.mean > 0;
  return setting;
}

}  // namespace hotline::sim
