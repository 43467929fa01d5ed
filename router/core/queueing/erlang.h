// Steady-state formulas of a queue with many seats: Erlang B, C and A, and general patience.
//
// Planners, forecasts and the simulator's checks call these. Pure functions of doubles, no threads.
// Units: any unit of time, the same throughout (seconds here); rates are per that unit.
// Sound from 1 to 10,000 seats: nothing overflows, sums run outwards from the largest term.
#pragma once

#include <limits>

#include "router/core/queueing/patience.h"

namespace hotline::router::queueing {

/// A line that asks for service: arrivals and mean handle time (talk + wrap-up), and the seats.
struct Load {
  int seats = 1;            ///< n, at least 1
  double arrival_rate = 0;  ///< λ, above 0
  double service_rate = 0;  ///< μ = 1 / mean handle time, above 0

  double offered() const { return arrival_rate / service_rate; }  ///< a = λ/μ, in Erlang
};

/// What a caller and a seat experience in steady state, first come first served.
struct Measures {
  double p_wait = 0;           ///< the caller finds all seats busy
  double p_abandon = 0;        ///< the caller hangs up before a seat answers
  double connect_rate = 0;     ///< 1 − p_abandon
  double queue_length = 0;     ///< mean number waiting
  double mean_wait = 0;        ///< of all callers, until answer or hang-up
  double asa = 0;              ///< mean wait of those answered
  double answered_within = 0;  ///< answered within the given time, out of all callers
  double occupancy = 0;        ///< share of time a seat is busy
};

/// Returns the probability that all `seats` lines are busy when nobody waits (Erlang B).
/// Source: Erlang 1917; B_0 = 1, B_k = aB_{k−1}/(k + aB_{k−1}).
/// Requires: seats >= 0, offered >= 0.
double ErlangB(int seats, double offered);

/// Returns the measures of M/M/n where nobody hangs up (Erlang C); waits are infinite at or over
/// capacity.
Measures ErlangC(const Load& load, double within);

/// Returns the measures of M/M/n+M, exponential patience of rate `abandon_rate` (Erlang A).
/// Source: Palm 1957; Garnett, Mandelbaum, Reiman 2002. Exact birth-death law at any load; the
/// wait's density on top of it from the M/M/n+G formula. Requires: abandon_rate > 0.
Measures ErlangA(const Load& load, double abandon_rate, double within);

/// Returns the probability that a caller hangs up; the part of ErlangA() that staffing searches
/// over.
double AbandonProbability(const Load& load, double abandon_rate);

/// Returns the measures of M/M/n+G for a measured patience curve, exactly for its steps.
/// Source: Baccelli, Hebuterne 1981; Zeltyn, Mandelbaum 2005.
/// Requires: the load is below capacity for callers who never hang up: λ·(curve's last value) < nμ.
Measures GeneralPatience(const Load& load, const PatienceCurve& patience, double within);

}  // namespace hotline::router::queueing
