// The steady clock that robots time events with.
#pragma once

#include <chrono>

#include "absl/time/time.h"

namespace hotline::robot {

using Instant = std::chrono::steady_clock::time_point;

inline Instant Now() {
  return std::chrono::steady_clock::now();
}

inline std::chrono::nanoseconds ToChrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

inline absl::Duration Between(Instant from, Instant to) {
  return absl::FromChrono(std::chrono::duration_cast<std::chrono::nanoseconds>(to - from));
}

}  // namespace hotline::robot
