#include "deploy/demo/day_curve.h"

#include <array>
#include <cmath>

namespace hotline::demo {
namespace {

constexpr int kHours = 24;
// The rate at each full hour.
constexpr std::array<double, kHours> kShareAtHour = {
    0.04, 0.03, 0.02, 0.02, 0.02, 0.04, 0.10, 0.25, 0.60, 0.95, 1.00, 0.80,
    0.45, 0.55, 0.85, 0.90, 0.75, 0.45, 0.25, 0.20, 0.18, 0.14, 0.10, 0.06};

}  // namespace

double ArrivalShare(absl::Duration time_of_day) {
  double hour = std::fmod(absl::ToDoubleHours(time_of_day), kHours);
  if (hour < 0) hour += kHours;
  const int before = static_cast<int>(hour) % kHours;
  const double after = hour - std::floor(hour);
  return kShareAtHour[before] * (1 - after) + kShareAtHour[(before + 1) % kHours] * after;
}

}  // namespace hotline::demo
