#include "router/sim/world/interval.h"

#include <array>
#include <cmath>

namespace hotline::sim {
double StudentT975(uint64_t degrees) {
  // The usual table; from 31 on Cornish and Fisher's expansion is good to 1e-4.
  constexpr std::array kTable = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060,
                                 2.2622,  2.2281, 2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199,
                                 2.1098,  2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639,
                                 2.0595,  2.0555, 2.0518, 2.0484, 2.0452, 2.0423};
  if (degrees <= kTable.size()) return kTable[degrees - 1];
  constexpr double kZ = 1.959964;
  const auto n = static_cast<double>(degrees);
  return kZ + (kZ * kZ * kZ + kZ) / (4 * n);
}

Interval MakeInterval(const std::vector<double>& values) {
  Interval interval;
  double sum = 0;
  for (const double v : values) {
    if (std::isnan(v)) continue;
    ++interval.count;
    sum += v;
  }
  if (interval.count == 0) return {0, kNaN, kNaN, kNaN};
  const auto n = static_cast<double>(interval.count);
  interval.mean = sum / n;
  if (interval.count == 1) {
    interval.standard_error = interval.half_width = kNaN;
    return interval;
  }
  double squares = 0;
  for (const double v : values) {
    if (!std::isnan(v)) squares += (v - interval.mean) * (v - interval.mean);
  }
  interval.standard_error = std::sqrt(squares / (n - 1) / n);
  interval.half_width = StudentT975(interval.count - 1) * interval.standard_error;
  return interval;
}

}  // namespace hotline::sim
