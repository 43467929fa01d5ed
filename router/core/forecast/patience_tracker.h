// Patience learnt while the hotline runs: a Kaplan-Meier curve in bins that forgets slowly.
//
// Each finished wait adds exposure to every bin it lived through and, if it ended in a hang-up, one
// event to its last bin; hazard = events / exposure. Pure; cost per wait is the number of bins.
#pragma once

#include <array>

#include "router/core/queueing/patience.h"

namespace hotline::router::forecast {

class PatienceTracker {
 public:
  static constexpr int kBins = 120;
  static constexpr double kBinSeconds = 10;  ///< the curve reaches 20 minutes

  /// `memory` is how many waits count: each new one weakens the old by 1 − 1/memory.
  /// `prior_rate` is the hang-up rate (1/s) believed before anything was seen, worth `prior_waits`
  /// callers' exposure.
  explicit PatienceTracker(double memory = 5000, double prior_rate = 1 / 409.0,
                           double prior_waits = 20);

  /// Learns one wait, in seconds. Waits that were over at once (a seat was free) may be left out.
  void Learn(double wait, bool abandoned);

  queueing::PatienceCurve Curve() const;
  /// Returns the hang-up rate over all waits (1/s): the exponential fit.
  double AbandonRate() const;

 private:
  std::array<double, kBins> exposure_{};  ///< caller-seconds
  std::array<double, kBins> events_{};
  double keep_;
};

}  // namespace hotline::router::forecast
