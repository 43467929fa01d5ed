#include "services/ticket/exchange/retry_plan.h"

#include <algorithm>
#include <cstdint>

namespace hotline::ticket {
namespace {

/// FNV-1a: the same number for the same ticket and try on every machine.
uint32_t Spread(std::string_view text, int tries) {
  uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return (hash ^ static_cast<uint32_t>(tries)) * 16777619U;
}

}  // namespace

absl::Time NextTry(absl::Time now, int tries, std::string_view ticket_no) {
  constexpr int kMostDoublings = 16;
  constexpr uint32_t kSteps = 1000;
  const int doublings = std::clamp(tries - 1, 0, kMostDoublings);
  const absl::Duration pause = std::min(kFirstPause * (1 << doublings), kLongestPause);
  return now + pause + pause * kSpread * (Spread(ticket_no, tries) % kSteps) / kSteps;
}

}  // namespace hotline::ticket
