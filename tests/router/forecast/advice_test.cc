#include "router/core/forecast/advice.h"

#include <gtest/gtest.h>

#include "router/core/queueing/staffing.h"

namespace hotline::router::forecast {
namespace {

constexpr int kDay = 48;
// A Monday, midnight in China.
const absl::Time kMonday = absl::FromUnixSeconds(1'772'380'800);

/// So many days before Monday, `calls` in each half hour from 09:00 to 17:00.
AdviceFacts Facts(int days, uint32_t calls) {
  AdviceFacts facts{.utc_offset = absl::Hours(8), .handle_time = 434.6, .hang_up_rate = 1 / 408.8};
  const int64_t monday = absl::ToUnixSeconds(kMonday) / 1800;
  for (int day = 1; day <= days; ++day) {
    for (int slot = 18; slot < 34; ++slot) facts.arrivals[monday - day * kDay + slot] = calls;
  }
  return facts;
}

TEST(Advice, SeatsOfTheRestOfTheDayFollowFromTheDaysBefore) {
  const Advice advice = Advise(Facts(8, 60), kMonday + absl::Hours(9));
  ASSERT_EQ(advice.half_hours.size(), 30u);  // 09:00 to midnight
  EXPECT_EQ(advice.half_hours[0].start, kMonday + absl::Hours(9));
  EXPECT_NEAR(advice.half_hours[0].expected_calls, 60, 1);
  EXPECT_EQ(advice.half_hours[0].seats,
            queueing::SeatsForConnectRate({60 / 1800.0, 1 / 434.6, 1 / 408.8}, 0.9));
  EXPECT_EQ(advice.half_hours.back().seats, 0);  // nobody calls at night
  EXPECT_EQ(advice.days, 7);                     // the first may have begun before we were there
  ASSERT_TRUE(advice.daily_error);
  EXPECT_LT(*advice.daily_error, 0.02);
}

TEST(Advice, ADayWithTwiceTheCallersIsCorrected) {
  AdviceFacts facts = Facts(8, 60);
  const int64_t monday = absl::ToUnixSeconds(kMonday) / 1800;
  for (int slot = 18; slot < 26; ++slot) facts.arrivals[monday + slot] = 120;
  const Advice advice = Advise(facts, kMonday + absl::Hours(13));
  EXPECT_GT(advice.correction, 1.9);
  EXPECT_LE(advice.correction, 2.0);
  EXPECT_NEAR(advice.half_hours[0].expected_calls, 60 * advice.correction, 2);
}

TEST(Advice, AFewCallsInTheMorningSayLittle) {
  AdviceFacts facts = Facts(8, 60);
  facts.arrivals[absl::ToUnixSeconds(kMonday) / 1800 + 2] = 3;
  EXPECT_LT(Advise(facts, kMonday + absl::Hours(2)).correction, 1.2);
}

TEST(Advice, ANewAreaHasNone) {
  EXPECT_TRUE(Advise({.handle_time = 400, .hang_up_rate = 0.002}, kMonday).half_hours.empty());
  EXPECT_EQ(Advise(Facts(1, 10), kMonday).days, 1);
}

}  // namespace
}  // namespace hotline::router::forecast
