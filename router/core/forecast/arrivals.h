// How many callers to expect in each interval of a day, learnt from the days before.
//
// A day's volume × the share of each interval. The volume follows double exponential smoothing
// (level and trend, Holt 1957) after weekday and holiday effects are taken out; effects and shares
// are smoothed too. Simple on purpose: its error of the last four weeks is always shown beside it.
// Pure; fed one finished day at a time, in order.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"

namespace hotline::router::forecast {

/// A finished day: calls that arrived in each of its intervals.
struct DayCounts {
  absl::CivilDay day;
  bool holiday =
      false;  ///< a public holiday, or a weekend day that is none by law counts as its weekday
  std::vector<double> counts;
};

/// How fast old days are forgotten: the weight of the newest, from 0 (never learns) to 1.
struct ForecastGains {
  double level = 0.2;
  double trend = 0.02;
  double effect = 0.15;  ///< weekday and holiday factors
  double share = 0.1;    ///< shape of the day
};

class ArrivalForecast {
 public:
  /// Days whose one-day-ahead errors are kept.
  static constexpr size_t kErrorDays = 28;

  /// Requires: intervals >= 1, the same in every DayCounts.
  explicit ArrivalForecast(size_t intervals, ForecastGains gains = {});

  /// Learns a day, after noting how far the forecast for it was off. Missing days are allowed.
  /// Requires: `day.day` after the last one.
  void Learn(const DayCounts& day);

  /// Returns the expected calls per interval of `day`; zeros before the first day was learnt.
  std::vector<double> Predict(absl::CivilDay day, bool holiday) const;

  /// Returns the mean absolute percentage error of the last days' volumes, or nothing before two
  /// days.
  std::optional<double> DailyMape() const;
  /// Returns Σ|error| / Σ calls over all intervals of the last days (MAPE weighted by volume: an
  /// interval with one call would otherwise count as much as one with a hundred), or nothing before
  /// two days.
  std::optional<double> IntervalMape() const;

 private:
  /// Monday to Sunday, then holidays: each has a volume factor and a shape.
  static constexpr size_t kKinds = 8;
  static constexpr size_t kHoliday = 7;

  struct Kind {
    double factor = 1;
    std::vector<double> share;
    bool seen = false;
  };

  struct Errors {
    double volume = 0, volume_error = 0, interval_error = 0;
  };

  static size_t KindOf(absl::CivilDay day, bool holiday);
  const Kind& KindOrLikest(size_t kind) const;

  ForecastGains gains_;
  size_t intervals_;
  std::array<Kind, kKinds> kinds_;
  std::vector<double> share_of_all_;
  std::optional<absl::CivilDay> last_day_;
  double level_ = 0;
  double trend_ = 0;
  std::deque<Errors> errors_;
};

}  // namespace hotline::router::forecast
