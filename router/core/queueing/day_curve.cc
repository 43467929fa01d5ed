#include "router/core/queueing/day_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "services/base/check.h"

namespace hotline::router::queueing {
namespace {

/// The forward equations p' = pQ on 0 … size−1 in system, one segment at a time.
class ForwardEquations {
 public:
  ForwardEquations(size_t size, double service_rate, double abandon_rate)
      : p_(size),
        next_(size),
        work_(size),
        down_(size),
        busy_(size),
        queue_(size),
        service_rate_(service_rate),
        abandon_rate_(abandon_rate) {
    p_[0] = 1;
  }

  void Begin(const DaySegment& segment) {
    arrival_rate_ = segment.arrival_rate;
    for (size_t k = 0; k < p_.size(); ++k) {
      const double busy = std::min<double>(static_cast<double>(k), segment.seats);
      busy_[k] = service_rate_ * busy;
      queue_[k] = abandon_rate_ * (static_cast<double>(k) - busy);
      down_[k] = busy_[k] + queue_[k];
    }
  }

  /// Advances by `h`; `damped` takes a backward Euler step, which forgets the jump in the rates.
  void Advance(double h, bool damped) {
    const double c = damped ? h : h / 2;
    const size_t last = p_.size() - 1;
    const auto up = [&](size_t k) {
      return k < last ? arrival_rate_ : 0;
    };
    const auto right = [&](size_t k) {
      if (damped) return p_[k];
      const double in =
          (k > 0 ? arrival_rate_ * p_[k - 1] : 0) + (k < last ? down_[k + 1] * p_[k + 1] : 0);
      return p_[k] + c * (in - (up(k) + down_[k]) * p_[k]);
    };
    // Thomas' algorithm on (I − cQᵀ) next = right.
    double pivot = 1 + c * (up(0) + down_[0]);
    next_[0] = right(0) / pivot;
    for (size_t k = 1; k <= last; ++k) {
      work_[k - 1] = -c * down_[k] / pivot;
      const double low = -c * arrival_rate_;
      pivot = 1 + c * (up(k) + down_[k]) - low * work_[k - 1];
      next_[k] = (right(k) - low * next_[k - 1]) / pivot;
    }
    for (size_t k = last; k-- > 0;) next_[k] -= work_[k] * next_[k + 1];

    for (size_t k = 0; k <= last; ++k) {
      const double mean = damped ? next_[k] : (p_[k] + next_[k]) / 2;
      served += h * busy_[k] * mean;
      abandoned += h * queue_[k] * mean;
    }
    p_.swap(next_);
  }

  const std::vector<double>& law() const { return p_; }

  double served = 0;
  double abandoned = 0;

 private:
  std::vector<double> p_, next_, work_, down_, busy_, queue_;
  double service_rate_, abandon_rate_;
  double arrival_rate_ = 0;
};

}  // namespace

DayResult SolveDay(const std::vector<DaySegment>& day, double service_rate, double abandon_rate,
                   double step) {
  HOTLINE_CHECK(!day.empty() && service_rate > 0 && abandon_rate > 0 && step > 0,
                "a day has segments, and rates above zero");
  double level = 0;  // no number in system much above this is ever likely
  for (const DaySegment& s : day) {
    const double queue = std::max(0.0, (s.arrival_rate - s.seats * service_rate) / abandon_rate);
    level = std::max({level, queue + s.seats, s.arrival_rate / service_rate});
  }
  const auto size = static_cast<size_t>(level + 10 * std::sqrt(level) + 41);
  ForwardEquations equations(size, service_rate, abandon_rate);
  DayResult out;
  for (const DaySegment& s : day) {
    const int steps = std::max(1, static_cast<int>(std::ceil(s.duration / step)));
    equations.Begin(s);
    for (int i = 0; i < steps; ++i) equations.Advance(s.duration / steps, i < 2);
    out.offered += s.arrival_rate * s.duration;
  }
  out.connected = equations.served;
  out.abandoned = equations.abandoned;
  for (size_t k = 0; k < size; ++k) {
    const double busy = std::min<double>(static_cast<double>(k), day.back().seats);
    out.connected += busy * equations.law()[k];
    out.waiting_at_end += (static_cast<double>(k) - busy) * equations.law()[k];
  }
  out.connect_rate = out.connected / out.offered;
  return out;
}

double DayFluidBound(const std::vector<DaySegment>& day, double service_rate) {
  double offered = 0;
  double capacity = 0;
  for (const DaySegment& s : day) {
    offered += s.duration * s.arrival_rate;
    capacity += s.duration * s.seats * service_rate;
  }
  double arrived = 0;
  double best = std::numeric_limits<double>::infinity();
  for (const DaySegment& s : day) {
    best = std::min(best, arrived + capacity + day.back().seats);
    arrived += s.duration * s.arrival_rate;
    capacity -= s.duration * s.seats * service_rate;
  }
  return std::min(offered, best) / offered;
}

}  // namespace hotline::router::queueing
