// Random numbers that are the same on every machine, and the same for a call whatever the policy.
//
// Each draw is a function of (seed, stream, index): common random numbers come for free, because a
// call's patience does not depend on what was drawn before. Values only. Source: SplitMix64
// (Steele, Lea, Flood 2014) as the mixing function.
#pragma once

#include <cmath>
#include <cstdint>

namespace hotline::sim {

/// What a number is drawn for; keeps streams apart.
enum class Stream : uint64_t {
  kArrival,
  kService,
  kPatience,
  kWrapUp,
  kClass,
  kDay,
  kBehaviour,
  kRetry,
  kFactor,
  kCallback
};

class Random {
 public:
  Random(uint64_t seed, Stream stream, uint64_t index)
      : state_(Mix(seed ^ Mix(static_cast<uint64_t>(stream) + 0x51ed270b + Mix(index)))) {}

  uint64_t Next() { return Mix(state_ += kGolden); }

  /// Returns a number in (0, 1).
  double Uniform() { return (static_cast<double>(Next() >> 11) + 0.5) * 0x1p-53; }

  /// Returns a number in [0, n). Requires: n > 0.
  uint64_t Below(uint64_t n) { return static_cast<uint64_t>(Uniform() * static_cast<double>(n)); }

  double Exponential(double mean) { return -mean * std::log(Uniform()); }

  /// Marsaglia and Tsang 2000. Requires: shape > 0.
  double Gamma(double shape, double scale) {
    if (shape < 1) return Gamma(shape + 1, scale) * std::pow(Uniform(), 1 / shape);
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    while (true) {
      const double x = Normal();
      const double v = std::pow(1 + c * x, 3);
      if (v > 0 && std::log(Uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) {
        return d * v * scale;
      }
    }
  }

  /// Box and Muller 1958.
  double Normal() { return std::sqrt(-2 * std::log(Uniform())) * std::cos(2 * M_PI * Uniform()); }

 private:
  static constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;

  static uint64_t Mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

}  // namespace hotline::sim
