#include "router/core/queueing/staffing.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "services/base/check.h"

namespace hotline::router::queueing {
namespace {

/// Work below this (in seats) is rounding.
constexpr double kNothing = 1e-12;

/// Returns the least n >= 1 with enough(n), where enough never turns false again as n grows.
template <class Enough>
int LeastSeats(double guess, const Enough& enough) {
  int high = std::max(1, static_cast<int>(guess));
  while (!enough(high)) high *= 2;
  int low = 0;  // not enough
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

/// A flow of work from classes to pools that can be rerouted.
class WorkFlow {
 public:
  WorkFlow(size_t classes, const std::vector<SeatPool>& pools)
      : pools_(pools), flow_(classes, std::vector<double>(pools.size())) {
    for (const SeatPool& pool : pools) free_.push_back(pool.seats);
  }

  /// Routes as much of `work` of class `from` as fits; returns how much that is.
  double Route(int from, double work) {
    double routed = 0;
    while (work - routed > kNothing) {
      const double step = Augment(from, work - routed);
      if (step <= kNothing) break;
      routed += step;
    }
    return routed;
  }

 private:
  bool Serves(size_t pool, int which) const {
    const auto& c = pools_[pool].classes;
    return std::find(c.begin(), c.end(), which) != c.end();
  }

  /// Breadth first over class → pool → class (by taking flow back) to a pool with room.
  double Augment(int from, double want) {
    std::vector<int> class_via(flow_.size(), -1);  // the pool a class was reached from
    std::vector<int> pool_via(pools_.size(), -1);  // the class a pool was reached from
    std::vector<int> frontier = {from};
    class_via[from] = static_cast<int>(pools_.size());  // the root
    for (size_t at = 0; at < frontier.size(); ++at) {
      const int c = frontier[at];
      for (size_t pool = 0; pool < pools_.size(); ++pool) {
        if (pool_via[pool] >= 0 || !Serves(pool, c)) continue;
        pool_via[pool] = c;
        if (free_[pool] > kNothing) return Push(from, pool, want, pool_via, class_via);
        for (size_t other = 0; other < flow_.size(); ++other) {
          if (class_via[other] >= 0 || flow_[other][pool] <= kNothing) continue;
          class_via[other] = static_cast<int>(pool);
          frontier.push_back(static_cast<int>(other));
        }
      }
    }
    return 0;
  }

  double Push(int from, size_t end, double want, const std::vector<int>& pool_via,
              const std::vector<int>& class_via) {
    double amount = std::min(want, free_[end]);
    for (int c = pool_via[end]; c != from; c = pool_via[class_via[c]]) {
      amount = std::min(amount, flow_[c][class_via[c]]);
    }
    size_t pool = end;
    for (int c = pool_via[end];; c = pool_via[pool]) {
      flow_[c][pool] += amount;
      if (c == from) break;
      pool = static_cast<size_t>(class_via[c]);
      flow_[c][pool] -= amount;
    }
    free_[end] -= amount;
    return amount;
  }

  const std::vector<SeatPool>& pools_;
  std::vector<std::vector<double>> flow_;
  std::vector<double> free_;
};

}  // namespace

int SeatsForConnectRate(const Demand& d, double target) {
  HOTLINE_CHECK(target >= 0 && target < 1, "a target below 1 can be reached");
  return LeastSeats(d.arrival_rate / d.service_rate * target, [&](int n) {
    return AbandonProbability({n, d.arrival_rate, d.service_rate}, d.abandon_rate) <= 1 - target;
  });
}

int SeatsForAnsweredWithin(const Demand& d, double within, double target) {
  HOTLINE_CHECK(target >= 0 && target < 1, "a target below 1 can be reached");
  return LeastSeats(d.arrival_rate / d.service_rate * target, [&](int n) {
    return ErlangA({n, d.arrival_rate, d.service_rate}, d.abandon_rate, within).answered_within >=
           target;
  });
}

double FluidBound(const Load& load) {
  return std::min(1.0, load.seats / load.offered());
}

double PooledBound(const Load& load, double least_abandon_rate) {
  return 1 - AbandonProbability(load, least_abandon_rate);
}

double SkillsFluidBound(const std::vector<CallClass>& classes, const std::vector<SeatPool>& pools) {
  std::vector<int> shortest_first(classes.size());
  std::iota(shortest_first.begin(), shortest_first.end(), 0);
  std::stable_sort(shortest_first.begin(), shortest_first.end(),
                   [&](int a, int b) { return classes[a].handle_time < classes[b].handle_time; });
  WorkFlow flow(classes.size(), pools);
  double rate = 0;
  for (const int c : shortest_first) {
    const CallClass& k = classes[c];
    rate += flow.Route(c, k.arrival_rate * k.handle_time) / k.handle_time;
  }
  return rate;
}

}  // namespace hotline::router::queueing
