// A day whose arrivals and seats change: the exact law of Mt/M/nt+M, and bounds no policy can beat.
//
// Pure functions. Units: seconds and rates per second.
#pragma once

#include <vector>

namespace hotline::router::queueing {

/// A stretch of the day with a constant arrival rate and number of seats.
struct DaySegment {
  double duration = 0;
  double arrival_rate = 0;
  int seats = 0;
};

/// What comes of a day that starts empty.
struct DayResult {
  double offered = 0;
  double connected = 0;  ///< served, or still in service at the end
  double abandoned = 0;
  double waiting_at_end = 0;
  double connect_rate = 0;  ///< connected / offered
};

/// Returns the expected counts of the day, from the forward equations of the number in system
/// (Crank-Nicolson, each segment begun with two damped steps). A seat that leaves hands its caller
/// back to the queue. `step` is the largest time step; 10 s is good to 1e-8 for handle times of
/// minutes. Requires: at least one segment with arrivals; service_rate and abandon_rate above 0.
DayResult SolveDay(const std::vector<DaySegment>& day, double service_rate, double abandon_rate,
                   double step = 10);

/// Returns an upper bound on the day's connect rate for any policy and any patience, from seat time
/// alone: starts up to the end <= arrivals before t + capacity after t + seats at the end, for
/// every t.
double DayFluidBound(const std::vector<DaySegment>& day, double service_rate);

}  // namespace hotline::router::queueing
