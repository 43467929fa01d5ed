#include "router/core/forecast/arrivals.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "services/base/check.h"

namespace hotline::router::forecast {
namespace {

double Sum(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 0.0);
}

double Smooth(double old, double seen, double gain) {
  return old + gain * (seen - old);
}

/// A trend is believed for so many days beyond the last one learnt.
constexpr double kTrendDays = 14;

}  // namespace

ArrivalForecast::ArrivalForecast(size_t intervals, ForecastGains gains)
    : gains_(gains), intervals_(intervals), share_of_all_(intervals) {
  HOTLINE_CHECK(intervals >= 1, "a day has at least one interval");
}

size_t ArrivalForecast::KindOf(absl::CivilDay day, bool holiday) {
  return holiday ? kHoliday : static_cast<size_t>(absl::GetWeekday(day));
}

/// A kind of day not seen yet borrows: a holiday from Sunday, a weekday from any weekday.
const ArrivalForecast::Kind& ArrivalForecast::KindOrLikest(size_t kind) const {
  if (kinds_[kind].seen) return kinds_[kind];
  const size_t sunday = static_cast<size_t>(absl::Weekday::sunday);
  const size_t saturday = static_cast<size_t>(absl::Weekday::saturday);
  if (kind == kHoliday || kind == sunday || kind == saturday) {
    for (const size_t other : {sunday, saturday, kHoliday}) {
      if (kinds_[other].seen) return kinds_[other];
    }
  }
  for (size_t other = 0; other < saturday; ++other) {
    if (kinds_[other].seen) return kinds_[other];
  }
  static const Kind kNone;
  return kNone;
}

void ArrivalForecast::Learn(const DayCounts& day) {
  HOTLINE_CHECK(day.counts.size() == intervals_, "every day has the same intervals");
  HOTLINE_CHECK(!last_day_ || day.day > *last_day_, "days are learnt in order");
  const double volume = Sum(day.counts);
  if (last_day_) {
    const std::vector<double> expected = Predict(day.day, day.holiday);
    Errors e{.volume = volume, .volume_error = std::abs(Sum(expected) - volume)};
    for (size_t i = 0; i < intervals_; ++i) {
      e.interval_error += std::abs(expected[i] - day.counts[i]);
    }
    errors_.push_back(e);
    if (errors_.size() > kErrorDays) errors_.pop_front();
  }

  Kind& kind = kinds_[KindOf(day.day, day.holiday)];
  if (!last_day_) {
    level_ = volume;
    kind.factor = 1;
  } else {
    const double days = static_cast<double>(day.day - *last_day_);
    const double before = level_ + trend_ * days;
    if (kind.seen) {
      const double plain = kind.factor > 0 ? volume / kind.factor : before;
      level_ = Smooth(before, plain, gains_.level);
      trend_ = Smooth(trend_, (level_ - before) / days + trend_, gains_.trend);
      if (level_ > 0) kind.factor = Smooth(kind.factor, volume / level_, gains_.effect);
    } else {  // its first day tells the factor, not the level
      level_ = before;
      kind.factor = level_ > 0 ? volume / level_ : 1;
    }
    level_ = std::max(level_, 0.0);
  }
  if (volume > 0) {
    if (!kind.seen) kind.share.assign(intervals_, 0);
    for (size_t i = 0; i < intervals_; ++i) {
      const double share = day.counts[i] / volume;
      kind.share[i] = kind.seen ? Smooth(kind.share[i], share, gains_.share) : share;
      share_of_all_[i] = last_day_ ? Smooth(share_of_all_[i], share, gains_.share) : share;
    }
    kind.seen = true;
  }
  last_day_ = day.day;
}

std::vector<double> ArrivalForecast::Predict(absl::CivilDay day, bool holiday) const {
  std::vector<double> expected(intervals_);
  if (!last_day_) return expected;
  const Kind& kind = KindOrLikest(KindOf(day, holiday));
  const double ahead = std::clamp(static_cast<double>(day - *last_day_), 0.0, kTrendDays);
  const double volume = std::max(0.0, (level_ + trend_ * ahead) * kind.factor);
  const std::vector<double>& share = kind.share.empty() ? share_of_all_ : kind.share;
  for (size_t i = 0; i < intervals_; ++i) expected[i] = volume * share[i];
  return expected;
}

std::optional<double> ArrivalForecast::DailyMape() const {
  double sum = 0;
  double days = 0;
  for (const Errors& e : errors_) {
    if (e.volume <= 0) continue;
    sum += e.volume_error / e.volume;
    days += 1;
  }
  if (days == 0) return std::nullopt;
  return sum / days;
}

std::optional<double> ArrivalForecast::IntervalMape() const {
  double error = 0;
  double volume = 0;
  for (const Errors& e : errors_) {
    error += e.interval_error;
    volume += e.volume;
  }
  if (volume <= 0) return std::nullopt;
  return error / volume;
}

}  // namespace hotline::router::forecast
