#include "router/core/forecast/patience_tracker.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace hotline::router::forecast {

PatienceTracker::PatienceTracker(double memory, double prior_rate, double prior_waits)
    : keep_(1 - 1 / std::max(memory, 1.0)) {
  double surviving = prior_waits;
  for (int i = 0; i < kBins; ++i) {
    exposure_[i] = surviving * kBinSeconds;
    events_[i] = exposure_[i] * prior_rate;
    surviving *= std::exp(-prior_rate * kBinSeconds);
  }
}

void PatienceTracker::Learn(double wait, bool abandoned) {
  for (int i = 0; i < kBins; ++i) {
    exposure_[i] = keep_ * exposure_[i] + std::clamp(wait - i * kBinSeconds, 0.0, kBinSeconds);
    events_[i] *= keep_;
  }
  if (abandoned && wait >= 0 && wait < kBins * kBinSeconds) {
    events_[static_cast<int>(wait / kBinSeconds)] += 1;
  }
}

queueing::PatienceCurve PatienceTracker::Curve() const {
  std::vector<queueing::PatienceStep> steps;
  double survival = 1;
  for (int i = 0; i < kBins; ++i) {
    const double hazard = exposure_[i] > 0 ? events_[i] / exposure_[i] : 0;
    survival *= std::exp(-hazard * kBinSeconds);
    steps.push_back({(i + 0.5) * kBinSeconds, survival});
  }
  return queueing::PatienceCurve(std::move(steps));
}

double PatienceTracker::AbandonRate() const {
  const double exposure = std::accumulate(exposure_.begin(), exposure_.end(), 0.0);
  return exposure > 0 ? std::accumulate(events_.begin(), events_.end(), 0.0) / exposure : 0;
}

}  // namespace hotline::router::forecast
