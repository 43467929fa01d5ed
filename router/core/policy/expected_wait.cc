#include "router/core/policy/expected_wait.h"

#include <algorithm>
#include <cmath>

namespace hotline::router {
namespace {

constexpr double kQuantile = 0.8;
constexpr double kForget = 0.9998;     // remembers some 5,000 waits
constexpr double kFirstSpread = 0.01;  // how sure the first weights are; larger: less
constexpr double kMostSpread = 10;     // bounds the gain when a feature has been silent for long
constexpr double kFactorStep = 0.02;
constexpr double kLeastFactor = 0.2, kMostFactor = 10;
constexpr double kScale = 100;  // features are counted in hundreds of seconds
constexpr double kScoreMemory = 5000;
constexpr double kLongest = 3600;  // an estimate beyond an hour means "very long"
constexpr int kMostTerms = 64;
constexpr std::array<double, WaitEstimator::kBuckets> kBucketEnds = {10,  20,  40,  70,
                                                                     110, 160, 240, kLongest};

size_t BucketOf(double mean) {
  size_t i = 0;
  while (i + 1 < kBucketEnds.size() && mean >= kBucketEnds[i]) ++i;
  return i;
}

double Dot(const WaitFeatures& a, const WaitFeatures& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

WaitFeatures Scaled(const WaitFeatures& features) {
  WaitFeatures x = features;
  for (size_t i = 1; i < x.size(); ++i) x[i] = std::min(x[i], kLongest) / kScale;
  return x;
}

}  // namespace

double QueueTime(double ahead, double seats, double handle, double hang_up_rate) {
  // Many terms are summed in equal blocks, each by its middle.
  const double terms = ahead + 1;
  const double block = std::max(1.0, terms / kMostTerms);
  double sum = 0;
  for (double k = 0; k < terms; k += block) {
    const double width = std::min(block, terms - k);
    sum += width / (seats / handle + (k + (width - 1) / 2) * hang_up_rate);
  }
  return sum;
}

WaitEstimator::WaitEstimator() {
  state.weights = {0, 0.25, 0.25, 0.25, 0.25};
  for (size_t i = 0; i < kWaitFeatures; ++i) state.spread[i * kWaitFeatures + i] = kFirstSpread;
  state.factors.fill(1.6);  // of an exponential law: ln 5
}

WaitEstimate WaitEstimator::Estimate(const WaitFeatures& features) const {
  const double mean = std::clamp(Dot(state.weights, Scaled(features)) * kScale, 1.0, kLongest);
  return {mean, mean * state.factors[BucketOf(mean)]};
}

void WaitEstimator::Learn(const WaitFeatures& features, double wait) {
  wait = std::min(wait, kLongest);
  const WaitEstimate before = Estimate(features);
  WaitScore& score = state.score;
  const auto count = [](double& sum, double x) {
    sum += x - sum / kScoreMemory;
  };
  count(score.waits, 1);
  count(score.error, before.mean - wait);
  count(score.squared_error, (before.mean - wait) * (before.mean - wait));
  count(score.covered, wait <= before.quantile ? 1 : 0);

  double& factor = state.factors[BucketOf(before.mean)];
  factor += kFactorStep * (wait <= before.quantile ? kQuantile - 1 : kQuantile);
  factor = std::clamp(factor, kLeastFactor, kMostFactor);

  // Recursive least squares with forgetting.
  const WaitFeatures x = Scaled(features);
  WaitFeatures gain{};
  for (size_t i = 0; i < kWaitFeatures; ++i) {
    for (size_t j = 0; j < kWaitFeatures; ++j)
      gain[i] += state.spread[i * kWaitFeatures + j] * x[j];
  }
  const double scale = 1 / (kForget + Dot(gain, x));
  const double error = wait / kScale - Dot(state.weights, x);
  for (size_t i = 0; i < kWaitFeatures; ++i) state.weights[i] += gain[i] * scale * error;
  double trace = 0;
  for (size_t i = 0; i < kWaitFeatures; ++i) {
    for (size_t j = 0; j < kWaitFeatures; ++j) {
      double& p = state.spread[i * kWaitFeatures + j];
      p = (p - gain[i] * gain[j] * scale) / kForget;
    }
    trace += state.spread[i * kWaitFeatures + i];
  }
  if (trace > kMostSpread) {
    for (double& p : state.spread) p *= kMostSpread / trace;
  }
}

}  // namespace hotline::router
