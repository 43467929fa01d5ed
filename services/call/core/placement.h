// How a call is placed: the dialled number and headers decide queue, entry and priority.
//
// Values only; read from `area.numbers`. The first rule that matches wins.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/call/core/types.h"

namespace hotline::call {

/// A SIP header that rules look at.
struct Header {
  std::string name;
  std::string value;
  friend bool operator==(const Header&, const Header&) = default;
};

/// Ids that a rule may bar, and bytes of each: what a router takes (router/core/types.h).
inline constexpr size_t kMaxBarred = 32;
inline constexpr size_t kMaxBarredBytes = 64;

/// One rule.
struct NumberRule {
  std::string dialled;           ///< the user part of the request URI
  std::optional<Header> header;  ///< must be there with exactly this value; names ignore case
  std::string queue;
  std::string entry = "direct";
  std::optional<Priority> priority;
  std::vector<std::string> barred = {};  ///< ids of who may not take such calls
  uint32_t clearance = 0;                ///< the least that whoever takes them must have
  friend bool operator==(const NumberRule&, const NumberRule&) = default;
};

/// Returns the first rule that matches, or null: answer 404.
const NumberRule* FindPlace(const std::vector<NumberRule>& rules, std::string_view dialled,
                            const std::vector<Header>& headers);

}  // namespace hotline::call
