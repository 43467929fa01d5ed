// How long a caller who has just joined the line will wait: a mean and an 80 % quantile.
//
// Seats serve several classes and callers hang up, so no formula is right by itself. Four are asked
// (below) and weighted by recursive least squares on what answered callers really waited; a second
// step learns, by size of the mean, which multiple of it 80 % stay below. Both forget slowly.
// Only + − × ÷: the same on every machine. Pure; part of the snapshot. Units: seconds.
// Source: Whitt 1999 (queue length with abandonment), Ibrahim, Whitt 2009 (delay history).
#pragma once

#include <array>
#include <cstdint>

#include "router/core/policy/learned.h"

namespace hotline::router {

inline constexpr size_t kWaitFeatures = 5;

/// What the estimate is made of, kept with the call until its wait is known.
using WaitFeatures = std::array<double, kWaitFeatures>;

struct WaitEstimate {
  double mean = 0;
  double quantile = 0;  ///< 80 % of such callers are answered within it
};

/// How well the estimates came true, over the last some thousand answered waits.
struct WaitScore {
  double waits = 0;
  double error = 0;          ///< Σ (estimate − wait)
  double squared_error = 0;  ///< Σ (estimate − wait)²
  double covered = 0;        ///< waits within the quantile
};

/// Returns the time until the last of `ahead` + 1 callers is served by `seats` seats, while those
/// who wait also hang up: Σ 1/(seats/handle + k·rate), k = 0 … ahead. Requires: seats, handle > 0.
double QueueTime(double ahead, double seats, double handle, double hang_up_rate);

class WaitEstimator {
 public:
  WaitEstimator();

  WaitEstimate Estimate(const WaitFeatures& features) const;
  /// A caller with these features at the start was answered after `wait`.
  void Learn(const WaitFeatures& features, double wait);

  const WaitScore& score() const { return state.score; }

  /// For the snapshot.
  static constexpr size_t kBuckets = 8;

  struct State {
    WaitFeatures weights{};
    std::array<double, kWaitFeatures * kWaitFeatures> spread{};  ///< the inverse of Σ x·xᵀ
    std::array<double, kBuckets> factors{};  ///< quantile ÷ mean, by size of the mean
    WaitScore score;
  };

  State state;
};

}  // namespace hotline::router
