// Waiting for another process by asking it: each question is a round trip over the network, so no
// pause is needed.
#pragma once

#include <functional>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace hotline {

/// Asks again and again until `holds` (true) or 20 s are over (false).
inline bool AskUntil(const std::function<bool()>& holds) {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!holds()) {
    if (absl::Now() > deadline) return false;
  }
  return true;
}

}  // namespace hotline
