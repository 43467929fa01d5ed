// Adds up what a leg hears. Sums are 32 bits wide and cut to 16 bits once, at the end, so that the
// order of the sources never matters and loud sums clip instead of wrapping around.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "services/media/core/frame.h"

namespace hotline::media {

/// Gain in 1/256: 256 leaves a sample as it is.
using Gain = int32_t;
inline constexpr Gain kUnityGain = 256;
/// The loudest gain a route may have. Units: percent.
inline constexpr uint32_t kMaxGainPercent = 200;
/// More sources than a sum of 32 bits can hold at full scale and full gain are never mixed.
inline constexpr size_t kMaxSources = 64;

/// Requires: percent <= kMaxGainPercent.
constexpr Gain GainFromPercent(uint32_t percent) {
  return static_cast<Gain>((percent * 256 + 50) / 100);
}

class Mixer {
 public:
  /// Starts a new frame of silence.
  void Clear() {
    sum_.fill(0);
    used_ = false;
  }

  /// Adds `samples` at `offset` into the frame.
  /// Requires: offset + samples.size() <= kFrameSamples; at most kMaxSources calls per frame.
  void Add(std::span<const int16_t> samples, Gain gain, size_t offset = 0);

  /// True if something was added since Clear().
  bool used() const { return used_; }

  /// Writes the sum, saturated.
  void Store(Frame& out) const;

 private:
  std::array<int32_t, kFrameSamples> sum_{};
  bool used_ = false;
};

}  // namespace hotline::media
