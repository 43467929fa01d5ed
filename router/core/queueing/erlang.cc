#include "router/core/queueing/erlang.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "services/base/check.h"

namespace hotline::router::queueing {
namespace {

/// Terms smaller than this share of the largest no longer change a double.
constexpr double kNegligible = 1e-18;
/// The wait's density is followed until it is e^−45 of its largest value.
constexpr double kTailExponent = 45;

/// The birth-death law of the number in system, as sums that matter here.
struct BirthDeath {
  double p_wait = 0;
  double p_free =
      0;  ///< 1 − p_wait, summed on its own: in overload it is far below a double's step at 1
  double queue_length = 0;
  double busy = 0;
  double log_p_last_free = 0;  ///< log of P(n − 1 in system): one seat free
};

double DepartureRate(const Load& load, double abandon_rate, double in_system) {
  const double n = load.seats;
  return in_system <= n ? in_system * load.service_rate
                        : n * load.service_rate + (in_system - n) * abandon_rate;
}

BirthDeath Solve(const Load& load, double abandon_rate) {
  const double n = load.seats;
  // The most likely number in system: where arrivals balance departures.
  const double mode = std::floor(
      load.offered() < n ? load.offered()
                         : n + (load.arrival_rate - n * load.service_rate) / abandon_rate);
  double total = 0;
  BirthDeath out;
  double log_last_free = -std::numeric_limits<double>::infinity();
  const auto add = [&](double k, double weight, double log_weight) {
    total += weight;
    if (k >= n) {
      out.p_wait += weight;
      out.queue_length += (k - n) * weight;
    } else {
      out.p_free += weight;
    }
    out.busy += std::min(k, n) * weight;
    if (k == n - 1) log_last_free = log_weight;
  };
  add(mode, 1, 0);
  double weight = 1;
  for (double k = mode; weight > kNegligible || k < n;) {
    k += 1;
    weight *= load.arrival_rate / DepartureRate(load, abandon_rate, k);
    add(k, weight, std::log(weight));
  }
  weight = 1;
  double log_weight = 0;
  for (double k = mode; k > 0 && (k > n - 1 || weight > kNegligible * out.p_free);) {
    const double ratio = DepartureRate(load, abandon_rate, k) / load.arrival_rate;
    weight *= ratio;
    log_weight += std::log(ratio);
    k -= 1;
    add(k, weight, log_weight);
  }
  out.p_wait /= total;
  out.p_free /= total;
  out.queue_length /= total;
  out.busy /= total;
  out.log_p_last_free = log_last_free - std::log(total);
  return out;
}

/// Gauss-Legendre, 8 points on [−1, 1].
constexpr std::array<double, 4> kNodes = {0.1834346424956498, 0.5255324099163290,
                                          0.7966664774136267, 0.9602898564975363};
constexpr std::array<double, 4> kWeights = {0.3626837833783620, 0.3137066458778873,
                                            0.2223810344533745, 0.1012285362903763};

template <class F>
double Integrate(double from, double to, double panel, const F& f) {
  if (!(to > from)) return 0;
  const int panels = std::max(1, static_cast<int>(std::ceil((to - from) / panel)));
  const double half = (to - from) / panels / 2;
  double sum = 0;
  for (int i = 0; i < panels; ++i) {
    const double middle = from + (2 * i + 1) * half;
    for (size_t j = 0; j < kNodes.size(); ++j) {
      sum += kWeights[j] * (f(middle - half * kNodes[j]) + f(middle + half * kNodes[j]));
    }
  }
  return sum * half;
}

/// A stretch of waiting times over which survival is constant: λH(x) − nμx is linear there, so
/// every integral of e^(λH(x) − nμx) has a closed form.
struct Piece {
  double from = 0;
  double to = 0;
  double survival = 1;
  double log_start = 0;  ///< λH − nμx at `from`
  double slope = 0;

  /// Returns ∫ e^(slope·u) du and ∫ u·e^(slope·u) du for u from 0 to the piece's width.
  std::pair<double, double> Moments() const {
    const double width = to - from;
    if (!std::isfinite(width)) return {-1 / slope, 1 / (slope * slope)};
    if (std::abs(slope * width) < 1e-5) {  // the closed form would cancel
      return {width * (1 + slope * width / 2), width * width * (0.5 + slope * width / 3)};
    }
    const double area = std::expm1(slope * width) / slope;
    return {area, (width * std::exp(slope * width) - area) / slope};
  }
};

/// Cuts the time axis at the curve's steps and at `within`.
std::vector<Piece> Pieces(const Load& load, const PatienceCurve& patience, double within) {
  std::vector<Piece> pieces;
  Piece open;
  const double capacity = load.seats * load.service_rate;
  const auto close = [&](double to) {
    if (to <= open.from) return;
    open.to = to;
    open.slope = load.arrival_rate * open.survival - capacity;
    pieces.push_back(open);
    if (std::isfinite(to)) open.log_start += open.slope * (to - open.from);
    open.from = to;
  };
  bool cut = within <= 0;
  for (const PatienceStep& step : patience.steps()) {
    if (!cut && step.time > within) {
      close(within);
      cut = true;
    }
    close(step.time);
    open.survival = step.survival;
  }
  if (!cut) close(within);
  close(std::numeric_limits<double>::infinity());
  return pieces;
}

/// Returns Σ_{j<n} (a^j/j!) / (a^{n−1}/(n−1)!): how likely a free seat is, beside exactly one free.
double FreeSeatWeight(const Load& load) {
  double sum = 1;
  double term = 1;
  for (int j = load.seats - 1; j > 0 && term > kNegligible * sum; --j) {
    term *= j / load.offered();
    sum += term;
  }
  return sum;
}

}  // namespace

double ErlangB(int seats, double offered) {
  double b = 1;
  for (int k = 1; k <= seats; ++k) b = offered * b / (k + offered * b);
  return b;
}

Measures ErlangC(const Load& load, double within) {
  HOTLINE_CHECK(load.seats >= 1 && load.arrival_rate > 0 && load.service_rate > 0,
                "a load has seats, arrivals and a service rate");
  Measures m{.connect_rate = 1};
  const double spare = load.seats * load.service_rate - load.arrival_rate;
  if (spare <= 1e-12 * load.arrival_rate) {
    m.p_wait = m.occupancy = 1;
    m.asa = m.mean_wait = m.queue_length = std::numeric_limits<double>::infinity();
    return m;
  }
  const double b = ErlangB(load.seats, load.offered());
  m.occupancy = load.offered() / load.seats;
  m.p_wait = b / (1 - m.occupancy * (1 - b));
  m.asa = m.mean_wait = m.p_wait / spare;
  m.queue_length = load.arrival_rate * m.asa;
  m.answered_within = 1 - m.p_wait * std::exp(-spare * within);
  return m;
}

double AbandonProbability(const Load& load, double abandon_rate) {
  return abandon_rate * Solve(load, abandon_rate).queue_length / load.arrival_rate;
}

Measures ErlangA(const Load& load, double abandon_rate, double within) {
  HOTLINE_CHECK(
      load.seats >= 1 && load.arrival_rate > 0 && load.service_rate > 0 && abandon_rate > 0,
      "a load has seats, arrivals, a service rate and patience");
  const BirthDeath law = Solve(load, abandon_rate);
  Measures m;
  m.p_wait = law.p_wait;
  m.queue_length = law.queue_length;
  m.mean_wait = law.queue_length / load.arrival_rate;
  m.p_abandon = abandon_rate * m.mean_wait;
  m.connect_rate = load.service_rate * law.busy / load.arrival_rate;
  m.occupancy = law.busy / load.seats;

  // Density of the virtual wait x > 0: λ P(n−1) exp(λ H(x) − nμ x), H(x) = (1 − e^{−θx})/θ, taken
  // in logarithms because P(n−1) alone may underflow in overload.
  const double capacity = load.seats * load.service_rate;
  const auto log_density = [&](double x) {
    return law.log_p_last_free - load.arrival_rate * std::expm1(-abandon_rate * x) / abandon_rate -
           capacity * x;
  };
  const auto served = [&](double x) {
    return load.arrival_rate * std::exp(log_density(x) - abandon_rate * x);
  };
  // One panel is a fraction of the density's own scale: its decay 1/(nμ) or its bell's width.
  const double bell = 1 / std::sqrt(load.arrival_rate * abandon_rate);
  const double panel = std::min(2 / std::abs(capacity - load.arrival_rate + 1e-300), bell);
  m.answered_within = law.p_free + Integrate(0, within, std::min(panel, within / 4 + 1e-9), served);

  const double peak_at =
      capacity < load.arrival_rate ? std::log(load.arrival_rate / capacity) / abandon_rate : 0;
  const double floor = log_density(peak_at) - kTailExponent;
  double end = peak_at + 1 / capacity;
  while (log_density(end) > floor) end = peak_at + (end - peak_at) * 1.5;
  m.asa = Integrate(0, end, std::min(panel, end / 16), [&](double x) { return x * served(x); }) /
          m.connect_rate;
  return m;
}

Measures GeneralPatience(const Load& load, const PatienceCurve& patience, double within) {
  const double capacity = load.seats * load.service_rate;
  const double lambda = load.arrival_rate;
  HOTLINE_CHECK(lambda * patience.LastSurvival() < capacity,
                "callers who never hang up must fit the seats");
  const std::vector<Piece> pieces = Pieces(load, patience, within);
  double largest = 0;  // all terms are kept relative to e^largest
  for (const Piece& p : pieces) largest = std::max(largest, p.log_start);

  double reached = 0, served = 0, served_wait = 0, served_within = 0, waited = 0;
  double patience_so_far = 0;  // H(x) = ∫ survival
  for (const Piece& p : pieces) {
    const double head = std::exp(p.log_start - largest);
    const auto [area, moment] = p.Moments();
    reached += head * area;
    served += head * p.survival * area;
    served_wait += head * p.survival * (p.from * area + moment);
    waited += head * (patience_so_far * area + p.survival * moment);
    if (p.to <= within) served_within += head * p.survival * area;
    if (std::isfinite(p.to)) patience_so_far += p.survival * (p.to - p.from);
  }
  const double scale = std::exp(-largest);
  const double epsilon = FreeSeatWeight(load) * scale;
  const double total = epsilon + lambda * reached;
  Measures m;
  m.p_wait = lambda * reached / total;
  m.connect_rate = (epsilon + lambda * served) / total;
  m.p_abandon = (scale + (lambda - capacity) * reached) / total;
  m.asa = lambda * served_wait / total / m.connect_rate;
  m.answered_within = (epsilon + lambda * served_within) / total;
  m.occupancy = lambda * m.connect_rate / capacity;
  m.mean_wait = lambda * waited / total;
  m.queue_length = lambda * m.mean_wait;
  return m;
}

}  // namespace hotline::router::queueing
