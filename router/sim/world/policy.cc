#include "router/sim/world/policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace hotline::sim {
namespace {

constexpr char kExpectedRings[] = "expected-rings-";
constexpr char kNearRings[] = "near-rings-";
constexpr char kReserve[] = "hotline-reserve-";
constexpr char kTimedRings[] = "timed-rings-";
constexpr double kLongestTimer = 86'400;

/// Overflow as rivals have it: seats that take whoever has waited `after` seconds.
void AddTimedOverflow(router::AreaConfig& area, const Overflow& overflow) {
  area.stations.push_back({.id = "overflow",
                           .level = "township",
                           .extension = "0",
                           .capacity = static_cast<uint32_t>(overflow.seats)});
  area.queues[0].stations.push_back("overflow");
  area.queues[0].escalate_after = absl::Seconds(overflow.after);
}

/// "timed-rings-30" → 30, for the prefix "timed-rings-".
std::optional<double> NumberAfter(std::string_view prefix, std::string_view name) {
  double number = 0;
  if (!name.starts_with(prefix)) return std::nullopt;
  if (!absl::SimpleAtod(std::string(name.substr(prefix.size())), &number)) return std::nullopt;
  return number >= 0 && number <= kLongestTimer ? std::optional(number) : std::nullopt;
}

/// Every type has a queue of its own, with its home's seats first.
void SplitByHome(router::AreaConfig& area, const PolicySetting& setting, double widen) {
  const router::QueueConfig line = area.queues[0];
  area.queues.clear();
  for (size_t i = 0; i < setting.types.size(); ++i) {
    router::QueueConfig queue = line;
    queue.id = setting.types[i];
    queue.rings = {{.groups = {setting.homes[i]}, .max_expected_wait = absl::Seconds(widen)}, {}};
    area.queues.push_back(std::move(queue));
  }
}

bool HasHomes(const PolicySetting& setting) {
  return std::any_of(setting.homes.begin(), setting.homes.end(),
                     [](const std::string& home) { return !home.empty(); });
}

/// What the hotline does by default: priorities, the order that connects most, rings by expected
/// wait around the caller's home, overflow by gain.
void MakeOurs(Policy& policy, const PolicySetting& setting, double widen) {
  policy.routing.use_priorities = true;
  policy.routing.estimate_waits = true;
  router::AreaConfig& area = policy.routing.area;
  area.queues[0].order.calls = router::CallOrder::kConnect;
  area.queues[0].order.seats = router::SeatOrder::kMostSpecialised;
  if (setting.overflow.seats > 0) {
    AddTimedOverflow(area, setting.overflow);
    area.queues[0].escalate_by = router::EscalateBy::kGain;
    policy.overflow_seats = setting.overflow.seats;
  }
  if (!HasHomes(setting)) return;
  SplitByHome(area, setting, widen);
  policy.routing.queue_per_type = true;
}

/// Returns whether there is a policy of that name, which `policy` then is.
bool Fill(Policy& policy, const PolicySetting& setting) {
  const std::string& name = policy.name;
  const double widen = absl::ToDoubleSeconds(router::RingConfig().max_expected_wait);
  if (name == kBaseline) {
    return true;
  } else if (name == "priorities") {
    policy.routing.use_priorities = true;
  } else if (name == "fixed-timer-overflow") {
    if (setting.overflow.seats > 0) AddTimedOverflow(policy.routing.area, setting.overflow);
    policy.overflow_seats = setting.overflow.seats;
  } else if (name == "hotline") {
    MakeOurs(policy, setting, widen);
  } else if (name == "hotline-own-seats") {
    PolicySetting own = setting;
    own.overflow = {};
    MakeOurs(policy, own, widen);
  } else if (const auto expected = NumberAfter(kExpectedRings, name)) {
    MakeOurs(policy, setting, *expected);
  } else if (const auto seats = NumberAfter(kReserve, name)) {
    MakeOurs(policy, setting, widen);
    policy.routing.area.queues[0].order.reserved_seats = static_cast<uint32_t>(*seats);
  } else if (const auto weight = NumberAfter(kNearRings, name)) {
    MakeOurs(policy, setting, widen);
    for (router::QueueConfig& queue : policy.routing.area.queues) queue.near_weight = *weight;
  } else if (name == "hotline-callback" || name == "hotline-callback-always") {
    MakeOurs(policy, setting, widen);
    for (router::QueueConfig& queue : policy.routing.area.queues) {
      queue.callback.offered = true;
      queue.callback.offer_after = absl::Seconds(setting.callback_after);
      queue.callback.max_booked = 100'000;
    }
    if (name == "hotline-callback-always") policy.routing.control = router::ControlMode::kOpen;
  } else if (name == "hotline-no-priorities") {
    MakeOurs(policy, setting, widen);
    policy.routing.use_priorities = false;
  } else {
    policy.timed_rings = name == "isolated" ? kLongestTimer : NumberAfter(kTimedRings, name);
    return policy.timed_rings.has_value();
  }
  return true;
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& PolicyNames() {
  static const std::vector<std::pair<std::string, std::string>> kNames = {
      {kBaseline, "first come first served, longest idle seat"},
      {"priorities", "P0 to P3, each step worth a minute of waiting"},
      {"fixed-timer-overflow", "as the first, and overflow takes who has waited a fixed time"},
      {"hotline", "what this router does by default, with overflow if the scenario has some"},
      {"hotline-own-seats", "the same without overflow"},
      {"hotline-no-priorities", "as hotline, every caller P3"},
      {"hotline-callback",
       "as hotline; who waits is asked to be called back while the control says"},
      {"hotline-callback-always", "the same at all times"},
      {"hotline-reserve-N", "as hotline, N ready seats are kept for P1 and above"},
      {"isolated", "every group of seats serves its own callers only"},
      {"timed-rings-T", "the home group's seats, after T seconds everybody's"},
      {"expected-rings-T", "as hotline; everybody's seats if the home's wait is expected over T s"},
      {"near-rings-W", "as hotline; a freed seat holds its own callers' waits W times as dear"},
  };
  return kNames;
}

std::optional<Policy> MakePolicy(std::string_view name, const PolicySetting& setting) {
  Policy policy{.name = std::string(name), .routing = {.area = PlainArea()}};
  if (!setting.has_wrap_ups) policy.routing.area.queues[0].wrap_up = absl::ZeroDuration();
  if (!Fill(policy, setting)) return std::nullopt;
  return policy;
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
  PolicySetting setting{.overflow = scenario.overflow, .callback_after = scenario.callbacks.after};
  for (const CallClass& c : scenario.classes) setting.has_wrap_ups |= c.wrap_up.mean > 0;
  for (const CallClass& c : scenario.classes) {
    setting.types.push_back(c.name);
    setting.homes.push_back(c.home);
  }
  return setting;
}

}  // namespace hotline::sim
