// Who may send a ticket to whom: 三三制, mutual dispatch between three platforms at each level, as
// a table. What it means differs from city to city, so nothing of it is in code but the default.
//
// Pure. Source: R015; domain model sections 2.6 and 3.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::ticket {

/// 实体, 热线, 网络.
enum class Platform : uint8_t { kPhysical, kHotline, kNetwork };
inline constexpr int kPlatforms = 3;

enum class Level : uint8_t { kCity, kCounty, kTownship, kVillage };
inline constexpr int kLevels = 4;

/// One end of a dispatch.
struct Place {
  Platform platform = Platform::kHotline;
  Level level = Level::kCity;
  friend bool operator==(const Place&, const Place&) = default;
};

/// A row of the table. What is not given fits everything.
struct MutualRule {
  std::string id;  ///< "M1": stands in the ticket's events
  std::optional<Platform> from, to;
  std::vector<Level> from_levels, to_levels;  ///< empty: all
  std::optional<bool> other_county;           ///< whether the two lie in different counties
  bool allowed = true;
  bool feedback = true;  ///< the origin gets the result
  friend bool operator==(const MutualRule&, const MutualRule&) = default;
};

/// The domain model's: all is allowed but sideways between the stations of two counties, which goes
/// through the city; within a county's stations and within the network nobody reports back.
std::vector<MutualRule> DefaultMutualRules();

/// Returns the first row that fits, or nullptr: then it is not allowed.
const MutualRule* FindMutualRule(const std::vector<MutualRule>& rules, Place from, Place to,
                                 bool other_county);

/// By how a ticket came in: "web…", "app…" and "mail…" are the network, "counter…", "visit…" and
/// "station…" are physical, all else the hotline.
Platform PlatformOf(std::string_view entry);

std::string_view FormatPlatform(Platform platform);  ///< "physical", "hotline", "network"
std::string_view FormatLevel(Level level);           ///< "city", "county", "township", "village"

}  // namespace hotline::ticket
