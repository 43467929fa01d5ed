#include "services/ticket/dispatch/mutual.h"

#include <algorithm>
#include <iterator>

namespace hotline::ticket {
namespace {

bool Fits(const std::optional<Platform>& wanted, Platform is) {
  return !wanted || *wanted == is;
}

bool Fits(const std::vector<Level>& wanted, Level is) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), is) != wanted.end();
}

}  // namespace

std::vector<MutualRule> DefaultMutualRules() {
  const std::vector<Level> below_city = {Level::kCounty, Level::kTownship, Level::kVillage};
  return {{.id = "M1",
           .from = Platform::kPhysical,
           .to = Platform::kPhysical,
           .other_county = false,
           .feedback = false},
          {.id = "M2",
           .from = Platform::kPhysical,
           .to = Platform::kPhysical,
           .from_levels = below_city,
           .to_levels = below_city,
           .other_county = true,
           .allowed = false},
          {.id = "M3", .from = Platform::kNetwork, .to = Platform::kNetwork, .feedback = false},
          {.id = "M4"}};
}

const MutualRule* FindMutualRule(const std::vector<MutualRule>& rules, Place from, Place to,
                                 bool other_county) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const MutualRule& rule) {
    return Fits(rule.from, from.platform) && Fits(rule.to, to.platform) &&
           Fits(rule.from_levels, from.level) && Fits(rule.to_levels, to.level) &&
           (!rule.other_county || *rule.other_county == other_county);
  });
  return found == rules.end() ? nullptr : &*found;
}

Platform PlatformOf(std::string_view entry) {
  constexpr std::string_view kNetwork[] = {"web", "app", "mail"};
  constexpr std::string_view kPhysical[] = {"counter", "visit", "station"};
  const auto begins = [entry](std::string_view word) {
    return entry.starts_with(word);
  };
  if (std::any_of(std::begin(kNetwork), std::end(kNetwork), begins)) return Platform::kNetwork;
  if (std::any_of(std::begin(kPhysical), std::end(kPhysical), begins)) return Platform::kPhysical;
  return Platform::kHotline;
}

std::string_view FormatPlatform(Platform platform) {
  constexpr std::string_view kWords[] = {"physical", "hotline", "network"};
  return kWords[static_cast<size_t>(platform)];
}

std::string_view FormatLevel(Level level) {
  constexpr std::string_view kWords[] = {"city", "county", "township", "village"};
  return kWords[static_cast<size_t>(level)];
}

}  // namespace hotline::ticket
