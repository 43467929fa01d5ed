// How long it takes to get to a place: an estimate from the straight line, for the "half-hour in
// town, one hour in the country" circle (R049). Line × circuity ÷ speed; all three are settings of
// the area, so that one that measures its roads puts its own figures in their place.
//
// Pure.
#pragma once

#include <string_view>

#include "absl/time/time.h"

#include "services/directory/core/records.h"

namespace hotline::directory {

struct Point {
  double longitude = 0;
  double latitude = 0;
};

struct TravelRules {
  double circuity = 1.33;  ///< road by line
  double urban_kmh = 20;
  double rural_kmh = 30;
  absl::Duration urban_circle = absl::Minutes(30);
  absl::Duration rural_circle = absl::Minutes(60);
};

/// What the area's settings say.
TravelRules TravelRulesOf(const Directory& directory, std::string_view area);

/// Units: kilometres along the surface of a sphere; off by 0.5 % at most.
double LineKm(Point a, Point b);

/// Returns how long the way to a node of this settlement takes.
absl::Duration EstimateTravel(const TravelRules& rules, Settlement settlement, double line_km);

}  // namespace hotline::directory
