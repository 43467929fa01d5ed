// What no policy can beat in a scenario (science.md §4), and hindsight on one day. Pure.
#pragma once

#include <string>

#include "router/sim/world/day.h"
#include "router/sim/world/scenario.h"

namespace hotline::sim {

/// A bound on the connect rate and where it comes from.
struct Bound {
  double connect_rate = 1;
  std::string kind;    ///< "erlang-a", "day", "skills-fluid", "fluid", "hindsight"
  bool tight = false;  ///< pooled seats attain it, in whatever order they serve
};

/// Returns the least bound that holds with `overflow_seats` more seats for everybody: pooled
/// Erlang A (§4.2) or the day's forward equations (§4.3) where talks and patience are exponential
/// and talks have one mean, seat time and skills (§4.1) else.
Bound BoundOf(const Scenario& scenario, int overflow_seats);

/// Returns how many of the day's callers the rule connects that knows every talk's length and
/// serves the shortest first, with all seats serving all calls (§3.7). Hindsight: no bound in the
/// strict sense, but more than any rule without it reaches.
double HindsightConnected(const Day& day);

}  // namespace hotline::sim
