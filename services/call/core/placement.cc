#include "services/call/core/placement.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace hotline::call {
namespace {

absl::string_view ToAbsl(std::string_view s) {
  return {s.data(), s.size()};
}

bool Matches(const NumberRule& rule, std::string_view dialled, const std::vector<Header>& headers) {
  if (rule.dialled != dialled) return false;
  if (!rule.header) return true;
  return std::any_of(headers.begin(), headers.end(), [&](const Header& h) {
    return absl::EqualsIgnoreCase(ToAbsl(h.name), ToAbsl(rule.header->name)) &&
           h.value == rule.header->value;
  });
}

}  // namespace

const NumberRule* FindPlace(const std::vector<NumberRule>& rules, std::string_view dialled,
                            const std::vector<Header>& headers) {
  for (const NumberRule& rule : rules) {
    if (Matches(rule, dialled, headers)) return &rule;
  }
  return nullptr;
}

}  // namespace hotline::call
