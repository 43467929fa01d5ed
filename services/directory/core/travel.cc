#include "services/directory/core/travel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "services/directory/core/settings.h"

namespace hotline::directory {
namespace {

constexpr double kEarthRadiusKm = 6371.0088;  // IUGG mean radius

double Radians(double degrees) {
  return degrees * std::numbers::pi / 180;
}

}  // namespace

TravelRules TravelRulesOf(const Directory& directory, std::string_view area) {
  // A speed of zero would make every way endless; one km/h is as bad as a setting can be.
  const auto number = [&](std::string_view key) {
    return static_cast<double>(std::max(1, SettingNumber(directory, area, key)));
  };
  return {.circuity = number("travel.circuity") / 100,
          .urban_kmh = number("travel.urban_kmh"),
          .rural_kmh = number("travel.rural_kmh"),
          .urban_circle = SettingSpan(directory, area, "circle.urban"),
          .rural_circle = SettingSpan(directory, area, "circle.rural")};
}

double LineKm(Point a, Point b) {
  const double lat = std::sin(Radians(b.latitude - a.latitude) / 2);
  const double lng = std::sin(Radians(b.longitude - a.longitude) / 2);
  const double h =
      lat * lat + std::cos(Radians(a.latitude)) * std::cos(Radians(b.latitude)) * lng * lng;
  return 2 * kEarthRadiusKm * std::asin(std::min(1.0, std::sqrt(h)));
}

absl::Duration EstimateTravel(const TravelRules& rules, Settlement settlement, double line_km) {
  const double kmh = settlement == Settlement::kUrban ? rules.urban_kmh : rules.rural_kmh;
  return absl::Seconds(std::round(line_km * rules.circuity / kmh * 3600));
}

}  // namespace hotline::directory
