// The policies that can be compared, by name: each is a configuration of the live router's core.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "router/sim/world/engine.h"
#include "router/sim/world/scenario.h"

namespace hotline::sim {

/// What every other policy is compared with: first come first served, longest idle seat first. What
/// app_queue and mod_callcenter do at best.
inline constexpr char kBaseline[] = "fifo-longest-idle";

/// What a policy needs to know of the days it will route.
struct PolicySetting {
  bool has_wrap_ups = false;       ///< else a seat is free as soon as its talk ends
  Overflow overflow;               ///< seats of others, for the policies that use them
  double callback_after = 60;      ///< who has waited so long is asked, for the policies that do
  std::vector<std::string> types;  ///< of calls
  std::vector<std::string> homes;  ///< by type: the group of seats next to it; empty: none
};

/// A policy for a setting.
struct Policy {
  std::string name;
  Routing routing;
  int overflow_seats = 0;             ///< what it may use beyond its own seats, for the bound
  std::optional<double> timed_rings;  ///< not the core at all: RunTimedRings() with this time
};

/// The names, with a sentence each.
const std::vector<std::pair<std::string, std::string>>& PolicyNames();

/// Returns nothing if no policy has that name.
std::optional<Policy> MakePolicy(std::string_view name, const PolicySetting& setting);

/// Returns the sentence that tells which names there are.
std::string UnknownPolicy(std::string_view key, std::string_view name);

/// Returns what a policy needs to know of `scenario`.
PolicySetting SettingOf(const Scenario& scenario);

}  // namespace hotline::sim
