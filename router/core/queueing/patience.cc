#include "router/core/queueing/patience.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "services/base/check.h"

namespace hotline::router::queueing {

PatienceCurve::PatienceCurve(std::vector<PatienceStep> steps) : steps_(std::move(steps)) {
  double time = 0;
  double survival = 1;
  for (const PatienceStep& step : steps_) {
    HOTLINE_CHECK(step.time > time || &step == steps_.data(), "step times rise");
    HOTLINE_CHECK(step.survival <= survival && step.survival >= 0, "survival falls");
    time = step.time;
    survival = step.survival;
  }
}

PatienceCurve PatienceCurve::KaplanMeier(std::vector<WaitSeen> seen) {
  std::sort(seen.begin(), seen.end(),
            [](const WaitSeen& a, const WaitSeen& b) { return a.wait < b.wait; });
  std::vector<PatienceStep> steps;
  double at_risk = static_cast<double>(seen.size());
  double survival = 1;
  double greenwood = 0;
  for (size_t i = 0; i < seen.size();) {
    const double time = seen[i].wait;
    double hung_up = 0;
    double left = 0;
    for (; i < seen.size() && seen[i].wait == time; ++i) {
      left += 1;
      hung_up += seen[i].abandoned ? 1 : 0;
    }
    if (hung_up > 0) {
      survival *= 1 - hung_up / at_risk;
      if (at_risk > hung_up) greenwood += hung_up / (at_risk * (at_risk - hung_up));
      steps.push_back({time, survival, survival * std::sqrt(greenwood)});
    }
    at_risk -= left;
  }
  PatienceCurve curve;
  curve.steps_ = std::move(steps);
  return curve;
}

double PatienceCurve::Survival(double t) const {
  const auto after =
      std::upper_bound(steps_.begin(), steps_.end(), t,
                       [](double time, const PatienceStep& step) { return time < step.time; });
  return after == steps_.begin() ? 1 : std::prev(after)->survival;
}

double AbandonRate(const std::vector<WaitSeen>& seen) {
  double total = 0;
  double hung_up = 0;
  for (const WaitSeen& s : seen) {
    total += s.wait;
    hung_up += s.abandoned ? 1 : 0;
  }
  return total > 0 ? hung_up / total : 0;
}

}  // namespace hotline::router::queueing
