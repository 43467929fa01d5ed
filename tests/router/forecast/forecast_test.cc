#include <cmath>

#include <gtest/gtest.h>

#include "router/core/forecast/arrivals.h"
#include "router/core/forecast/patience_tracker.h"

namespace hotline::router::forecast {
namespace {

constexpr absl::CivilDay kMonday(2026, 9, 14);

/// 100 calls on workdays, 40 on weekends, three quarters of them in the first half of the day.
DayCounts TypicalDay(absl::CivilDay day) {
  const auto weekday = absl::GetWeekday(day);
  const bool weekend = weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
  const double volume = weekend ? 40 : 100;
  return {day, false, {volume * 0.75, volume * 0.25}};
}

TEST(ArrivalForecast, LearnsWeekdaysAndTheShapeOfTheDay) {
  ArrivalForecast forecast(2);
  for (int i = 0; i < 28; ++i) forecast.Learn(TypicalDay(kMonday + i));
  const auto monday = forecast.Predict(kMonday + 28, false);
  const auto sunday = forecast.Predict(kMonday + 34, false);
  EXPECT_NEAR(monday[0], 75, 1e-6);
  EXPECT_NEAR(monday[1], 25, 1e-6);
  EXPECT_NEAR(sunday[0], 30, 1e-6);
}

TEST(ArrivalForecast, ShowsItsError) {
  ArrivalForecast forecast(2);
  EXPECT_FALSE(forecast.DailyMape().has_value());
  for (int i = 0; i < 28; ++i) forecast.Learn(TypicalDay(kMonday + i));
  DayCounts surge = TypicalDay(kMonday + 28);
  for (double& c : surge.counts) c *= 2;
  forecast.Learn(surge);
  // 28 days are kept: the first week's misses are among them, the surge was off by half.
  EXPECT_GT(*forecast.DailyMape(), 0.5 / 28);
  EXPECT_GT(*forecast.IntervalMape(), 0);
}

TEST(ArrivalForecast, FollowsAGrowingLine) {
  ArrivalForecast forecast(1, {.level = 0.3, .trend = 0.1});
  for (int i = 0; i < 120; ++i) forecast.Learn({kMonday + i, false, {100.0 + i}});
  EXPECT_NEAR(forecast.Predict(kMonday + 120, false)[0], 220, 6);
}

TEST(ArrivalForecast, AHolidayNeverSeenLooksLikeASunday) {
  ArrivalForecast forecast(2);
  for (int i = 0; i < 14; ++i) forecast.Learn(TypicalDay(kMonday + i));
  EXPECT_NEAR(forecast.Predict(kMonday + 14, true)[0], 30, 1e-6);
}

TEST(PatienceTracker, StartsFromThePriorAndLearns) {
  PatienceTracker tracker(2000, 1 / 409.0, 20);
  EXPECT_NEAR(tracker.AbandonRate(), 1 / 409.0, 1e-9);
  EXPECT_NEAR(tracker.Curve().Survival(405), std::exp(-1), 0.01);
  // Everybody is answered after 30 s or hangs up then, one in four: rate 0.25/30 per second.
  for (int i = 0; i < 20'000; ++i) tracker.Learn(29.9, i % 4 == 0);
  EXPECT_NEAR(tracker.AbandonRate(), 0.25 / 29.9, 1e-4);
  EXPECT_NEAR(tracker.Curve().Survival(29), 0.75, 0.04);
}

}  // namespace
}  // namespace hotline::router::forecast
