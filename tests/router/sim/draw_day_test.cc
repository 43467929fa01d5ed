// Days drawn from laws: the same for every policy, and with the rates the scenario names.
#include "router/sim/world/draw_day.h"

#include <cmath>

#include <gtest/gtest.h>

namespace hotline::sim {
namespace {

Scenario TwoStretches() {
  return {.days = 1,
          .arrivals = {{3600, 1.0}, {3600, 0.5}},
          .measure_to = 7200,
          .classes = {{.name = "a",
                       .share = 0.25,
                       .handle = {Law::Shape::kExponential, 100},
                       .patience = {Law::Shape::kExponential, 300}},
                      {.name = "b",
                       .share = 0.75,
                       .priority = 1,
                       .handle = {Law::Shape::kLogNormal, 200, 1.5},
                       .patience = {Law::Shape::kFixed, 60}}},
          .seats = {{.name = "s", .counts = {3, 5}, .classes = {0, 1}}}};
}

TEST(DrawDay, HasTheRatesSharesAndMeansOfItsLaws) {
  Scenario scenario = TwoStretches();
  scenario.surges = {{.from = 1800, .to = 3600, .times = 2}};
  double calls = 0, early = 0, surge = 0, of_a = 0, talk_b = 0;
  constexpr int kDays = 20;
  for (uint64_t d = 0; d < kDays; ++d) {
    const Day day = DrawDay(scenario, {.seed = 3, .day = d});
    for (const DayCall& call : day.calls) {
      ++calls;
      early += call.time < 1800 ? 1 : 0;
      surge += call.time >= 1800 && call.time < 3600 ? 1 : 0;
      of_a += call.type == 0 ? 1 : 0;
      talk_b += call.type == 1 ? call.service : 0;
      if (call.type == 1) {
        EXPECT_EQ(call.patience, 60);
        EXPECT_EQ(call.priority, 1);
      }
    }
  }
  // Four standard errors of Poisson counts.
  EXPECT_NEAR(early, kDays * 1800, 4 * std::sqrt(kDays * 1800));
  EXPECT_NEAR(surge, kDays * 3600, 4 * std::sqrt(kDays * 3600));
  EXPECT_NEAR(calls, kDays * 7200, 4 * std::sqrt(kDays * 7200));
  EXPECT_NEAR(of_a / calls, 0.25, 0.01);
  EXPECT_NEAR(talk_b / (calls - of_a), 200, 5);
}

TEST(DrawDay, TheSameNameGivesTheSameDayAndAnotherNameAnother) {
  const Scenario scenario = TwoStretches();
  const Day a = DrawDay(scenario, {.seed = 1, .replication = 2, .day = 3});
  const Day b = DrawDay(scenario, {.seed = 1, .replication = 2, .day = 3});
  const Day c = DrawDay(scenario, {.seed = 1, .replication = 3, .day = 2});
  ASSERT_EQ(a.calls.size(), b.calls.size());
  EXPECT_EQ(a.calls[10].time, b.calls[10].time);
  EXPECT_EQ(a.calls[10].patience, b.calls[10].patience);
  EXPECT_NE(a.calls[10].time, c.calls[10].time);
}

TEST(DrawDay, SeatsComeAndGoWithTheirCounts) {
  Scenario scenario = TwoStretches();
  scenario.dropouts = {{.from = 600, .to = 1200, .seats = 1}};
  const Day day = DrawDay(scenario, {});
  ASSERT_EQ(day.sessions.size(), 6u);
  EXPECT_EQ(day.sessions[0].seat, "s1");
  EXPECT_EQ(day.sessions[0].end, 7200);
  EXPECT_EQ(day.sessions[0].leaving, Leaving::kFinish);  // the line closes
  EXPECT_EQ(day.sessions[2].seat, "s3");
  EXPECT_EQ(day.sessions[2].end, 600);
  EXPECT_EQ(day.sessions[2].leaving, Leaving::kHandBack);
  EXPECT_EQ(day.sessions[3].seat, "s3");  // back again
  EXPECT_EQ(day.sessions[3].start, 1200);
  EXPECT_EQ(day.sessions[4].start, 3600);
}

TEST(DrawDay, RetriesAreTheSameMatterAtMostSoOften) {
  Scenario scenario = TwoStretches();
  scenario.retry = {.share = 1, .within = 300, .most = 2};
  const Day day = DrawDay(scenario, {});
  EXPECT_EQ(day.repeated, 2 * day.first_attempts());
  const DayCall& first = day.calls[0];
  ASSERT_NE(first.again, kNoCall);
  const DayCall& second = day.calls[first.again];
  EXPECT_EQ(second.type, first.type);
  EXPECT_EQ(second.service, first.service);
  EXPECT_LE(second.time, 300);
  ASSERT_NE(second.again, kNoCall);
  EXPECT_EQ(day.calls[second.again].again, kNoCall);
}

TEST(DrawDay, TheGammaFactorHasMeanOneAndTheGivenSpread) {
  Scenario scenario = TwoStretches();
  scenario.day_factor_cv = 0.2;
  double sum = 0, squares = 0;
  constexpr int kDays = 4000;
  for (uint64_t d = 0; d < kDays; ++d) {
    const double f = DayFactor(scenario, {.day = d});
    sum += f;
    squares += f * f;
  }
  const double mean = sum / kDays;
  EXPECT_NEAR(mean, 1, 0.015);
  EXPECT_NEAR(std::sqrt(squares / kDays - mean * mean), 0.2, 0.015);
}

}  // namespace
}  // namespace hotline::sim
