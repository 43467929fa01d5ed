// Draws days from a scenario's laws. Pure: the same scenario and seed give the same day.
#pragma once

#include <cstdint>
#include <vector>

#include "router/sim/world/day.h"
#include "router/sim/world/scenario.h"

namespace hotline::sim {

/// A stretch in which neither rate nor seats change: surges and dropouts are in it.
struct Piece {
  double from = 0;
  double to = 0;
  double rate = 0;
  std::vector<int> seats;  ///< by seat group
};

/// Returns the whole day in pieces, without its gamma factor.
std::vector<Piece> Pieces(const Scenario& scenario);

/// Which day of a run: seed, replication, day of the replication.
struct DayName {
  uint64_t seed = 1;
  uint64_t replication = 0;
  uint64_t day = 0;
};

/// Returns the day's gamma factor: mean 1.
double DayFactor(const Scenario& scenario, const DayName& name);

/// Returns the day. A call's draws depend on its number alone, never on a policy.
Day DrawDay(const Scenario& scenario, const DayName& name);

}  // namespace hotline::sim
