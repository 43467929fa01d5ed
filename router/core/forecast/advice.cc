#include "router/core/forecast/advice.h"

#include <algorithm>

#include "absl/time/civil_time.h"

#include "router/core/forecast/arrivals.h"
#include "router/core/queueing/staffing.h"

namespace hotline::router::forecast {
namespace {

constexpr int64_t kSlots = 48;  // half hours of a day
/// A handful of calls more or less in the morning say little of the day.
constexpr double kCallsOfDoubt = 20;
constexpr double kLeastCorrection = 0.5, kMostCorrection = 2;

/// Slots since 1970 of the local clock, so that days begin at midnight.
int64_t LocalSlot(absl::Time t, absl::Duration utc_offset) {
  return absl::ToUnixSeconds(t + utc_offset) / absl::ToInt64Seconds(kHalfHour);
}

absl::CivilDay DayOf(int64_t local_slot) {
  return absl::CivilDay(1970, 1, 1) + local_slot / kSlots;
}

double Count(const Arrivals& local, int64_t slot) {
  const auto found = local.find(slot);
  return found == local.end() ? 0 : found->second;
}

}  // namespace

Advice Advise(const AdviceFacts& facts, absl::Time now) {
  Advice advice;
  const int64_t shift = facts.utc_offset / kHalfHour;
  Arrivals local;
  for (const auto& [slot, count] : facts.arrivals) local[slot + shift] += count;
  const int64_t present = LocalSlot(now, facts.utc_offset);
  const int64_t midnight = present - present % kSlots;
  if (local.empty() || local.begin()->first >= midnight) return advice;

  ArrivalForecast forecast(kSlots);
  // The first remembered day may have begun before we were there: it counts only if it is the only
  // one.
  const int64_t first = local.begin()->first - local.begin()->first % kSlots;
  const int64_t from = first + kSlots < midnight ? first + kSlots : first;
  for (int64_t day = from; day < midnight; day += kSlots) {
    DayCounts counts{.day = DayOf(day)};
    for (int64_t slot = day; slot < day + kSlots; ++slot) {
      counts.counts.push_back(Count(local, slot));
    }
    forecast.Learn(counts);
    ++advice.days;
  }
  advice.daily_error = forecast.DailyMape();
  const std::vector<double> day = forecast.Predict(DayOf(midnight), false);

  double came = kCallsOfDoubt, foretold = kCallsOfDoubt;
  for (int64_t slot = midnight; slot < present; ++slot) {
    came += Count(local, slot);
    foretold += day[static_cast<size_t>(slot - midnight)];
  }
  advice.correction = std::clamp(came / foretold, kLeastCorrection, kMostCorrection);
  for (int64_t slot = present; slot < midnight + kSlots; ++slot) {
    const double calls = day[static_cast<size_t>(slot - midnight)] * advice.correction;
    HalfHourAdvice& row = advice.half_hours.emplace_back();
    row.start = absl::FromUnixSeconds((slot - shift) * absl::ToInt64Seconds(kHalfHour));
    row.expected_calls = calls;
    const queueing::Demand demand{.arrival_rate = calls / absl::ToDoubleSeconds(kHalfHour),
                                  .service_rate = 1 / facts.handle_time,
                                  .abandon_rate = facts.hang_up_rate};
    row.seats = calls > 0 ? queueing::SeatsForConnectRate(demand, facts.target) : 0;
  }
  return advice;
}

}  // namespace hotline::router::forecast
