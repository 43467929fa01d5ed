// How many seats a target needs, and what no routing rule can beat.
//
// Pure functions. Units: seconds and rates per second.
#pragma once

#include <vector>

#include "router/core/queueing/erlang.h"

namespace hotline::router::queueing {

/// What a planner asks for.
struct Demand {
  double arrival_rate = 0;
  double service_rate = 0;
  double abandon_rate = 0;
};

/// Returns the least number of seats with a connect rate of at least `target` under Erlang A.
/// Requires: 0 <= target < 1, rates above 0.
int SeatsForConnectRate(const Demand& demand, double target);

/// Returns the least number of seats that answer at least `target` of all callers within `within`.
/// Requires: 0 <= target < 1, rates above 0.
int SeatsForAnsweredWithin(const Demand& demand, double within, double target);

/// Returns the bound of seat time: no rule that cannot see a call's length connects more than nμ/λ.
double FluidBound(const Load& load);

/// Returns the pooled Erlang A bound: with one service rate and exponential patience of at least
/// `least_abandon_rate`, no rule with whatever skills connects more; fully flexible seats attain
/// it.
double PooledBound(const Load& load, double least_abandon_rate);

/// A class of calls and a pool of seats that can serve some classes.
struct CallClass {
  double arrival_rate = 0;
  double handle_time = 0;
};

struct SeatPool {
  double seats = 0;
  std::vector<int> classes;  ///< indexes into the classes
};

/// Returns the fluid bound with skills: the largest Σx_i with x_i <= λ_i whose work fits the pools.
/// The work vectors that fit form a polymatroid, so filling classes shortest handle time first,
/// each by maximum flow, is exact. Units: calls per second; divide by Σλ for the connect rate.
double SkillsFluidBound(const std::vector<CallClass>& classes, const std::vector<SeatPool>& pools);

}  // namespace hotline::router::queueing
