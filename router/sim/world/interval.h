// A mean with its 95 % confidence interval. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace hotline::sim {

/// A figure that does not exist.
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Interval {
  uint64_t count = 0;
  double mean = 0;
  double standard_error = 0;  ///< NaN from a single value
  double half_width = 0;      ///< of the 95 % interval (Student's t)
};

/// Returns the interval of the values that are not NaN; all NaN of none.
Interval MakeInterval(const std::vector<double>& values);

/// Returns the 97.5 % quantile of Student's t with `degrees` >= 1 degrees of freedom.
double StudentT975(uint64_t degrees);

}  // namespace hotline::sim
