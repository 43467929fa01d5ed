// The figures of a day by hand, intervals, and bounds.
#include "router/sim/world/figures.h"

#include <cmath>

#include <gtest/gtest.h>

#include "router/sim/world/bounds.h"
#include "router/sim/world/draw_day.h"

namespace hotline::sim {
namespace {

TEST(Interval, IsStudents) {
  const Interval v = MakeInterval({1, 2, 3, 4, kNaN});
  EXPECT_EQ(v.count, 4u);
  EXPECT_EQ(v.mean, 2.5);
  EXPECT_NEAR(v.standard_error, 0.645497, 1e-6);
  EXPECT_NEAR(v.half_width, 3.1824 * 0.645497, 1e-4);
  EXPECT_TRUE(std::isnan(MakeInterval({}).mean));
  EXPECT_TRUE(std::isnan(MakeInterval({1}).half_width));
  EXPECT_NEAR(StudentT975(100), 1.9840, 5e-4);
}

TEST(Figures, OfOneDayByHand) {
  Day day{.types = {"labour", "family"}};
  day.calls = {{.time = 0, .type = 0, .patience = 100},
               {.time = 1, .type = 0, .patience = 10},
               {.time = 2, .type = 1, .patience = 20, .again = 4},
               {.time = 3, .type = 1, .patience = 900},
               {.time = 5, .type = 1, .patience = 20}};
  day.repeated = 1;
  day.sessions = {{"s1", 0, 1000, {0}}, {"s2", 0, 1000, {0}}};
  DayRun run;
  run.calls = {{.wait = 5, .answered = true, .called = true, .time = 0},
               {.wait = 10, .called = true, .time = 1},
               {.wait = 20, .called = true, .time = 2},
               {.wait = 700, .answered = true, .by_station = true, .called = true, .time = 3},
               {.wait = 0, .answered = true, .called = true, .time = 27}};
  run.seat_busy = {500, 0};
  run.station_busy = 3600;
  FigureBuilder builder;
  builder.Add(day, run);
  const Figures f = builder.Finish();
  EXPECT_EQ(f.offered, 5u);
  EXPECT_EQ(f.connected, 3u);
  EXPECT_EQ(f.persons, 4u);
  EXPECT_EQ(f.escalated, 1u);
  EXPECT_EQ(f.over_cap, 1u);
  EXPECT_EQ(f.values.at("connect_rate"), 0.6);
  EXPECT_EQ(f.values.at("persons_served"), 0.75);  // who called again got through
  EXPECT_EQ(f.values.at("answered_within_15s"), 0.4);
  EXPECT_EQ(f.values.at("asa_s"), 235);
  EXPECT_EQ(f.values.at("wait_p50_s"), 5);
  EXPECT_EQ(f.values.at("wait_max_s"), 700);
  EXPECT_EQ(f.values.at("lost_wait_max_s"), 20);
  EXPECT_EQ(f.values.at("abandoned_within_15s"), 0.2);
  EXPECT_EQ(f.values.at("abandoned_after_15s"), 0.2);
  EXPECT_EQ(f.values.at("occupancy"), 0.25);
  EXPECT_EQ(f.values.at("gini_occupancy"), 0.5);
  EXPECT_EQ(f.values.at("overflow_seat_hours_per_day"), 1);
  EXPECT_EQ(f.connect_rate_by_class.at("labour"), 0.5);
  EXPECT_NEAR(f.values.at("class_spread"), 2.0 / 3 - 0.5, 1e-12);
}

TEST(Figures, PairsAreNarrowerThanTheirParts) {
  std::vector<Figures> a(3), b(3);
  for (int i = 0; i < 3; ++i) {
    b[i].values["connect_rate"] = 0.8 + 0.05 * i;
    a[i].values["connect_rate"] = 0.82 + 0.05 * i;
  }
  const Interval difference = PairedDifferences(a, b).at("connect_rate");
  EXPECT_NEAR(difference.mean, 0.02, 1e-12);
  EXPECT_NEAR(difference.half_width, 0, 1e-12);
}

Scenario Flat(int seats, double load) {
  constexpr double kHandle = 434.6;
  return {.arrivals = {{108'000, load * seats / kHandle}},
          .measure_from = 14'400,
          .measure_to = 100'800,
          .classes = {{.name = "any",
                       .handle = {Law::Shape::kExponential, kHandle},
                       .patience = {Law::Shape::kExponential, 409}}},
          .seats = {{.name = "s", .counts = {seats}, .classes = {0}}}};
}

TEST(Bounds, AreThoseOfTheTables) {
  // science.md §4, the table of the pooled Erlang A.
  EXPECT_NEAR(BoundOf(Flat(14, 1.0), 0).connect_rate, 0.892, 5e-4);
  EXPECT_NEAR(BoundOf(Flat(119, 1.1), 0).connect_rate, 0.902, 5e-4);
  EXPECT_TRUE(BoundOf(Flat(14, 1.0), 0).tight);
  // A seat of overflow is a seat more.
  EXPECT_NEAR(BoundOf(Flat(13, 14.0 / 13), 1).connect_rate, 0.892, 5e-4);

  Scenario topics = Flat(119, 1.0);
  topics.arrivals[0].rate = 1128 / 3600.0;
  topics.classes.assign(4, topics.classes[0]);
  topics.seats.clear();
  constexpr double kShares[] = {0.21, 0.175, 0.195, 0.42};
  constexpr int kSeats[] = {36, 30, 18, 35};
  for (int i = 0; i < 4; ++i) {
    topics.classes[i].name = std::to_string(i);
    topics.classes[i].share = kShares[i];
    topics.seats.push_back({.name = "g", .counts = {kSeats[i]}, .classes = {i}});
  }
  const Bound bound = BoundOf(topics, 0);
  EXPECT_EQ(bound.kind, "skills-fluid");
  EXPECT_LT(bound.connect_rate, 0.85);
  EXPECT_FALSE(bound.tight);
}

TEST(Hindsight, ServesTheShortestFirst) {
  Day day{.types = {"any"}};
  day.sessions = {{"s1", 0, 1000, {0}}};
  day.calls = {{.time = 0, .patience = 1, .service = 100},
               {.time = 1, .patience = 200, .service = 500},
               {.time = 2, .patience = 110, .service = 10},
               {.time = 3, .patience = 120, .service = 10}};
  EXPECT_EQ(HindsightConnected(day), 4);
  day.calls[1].patience = 110;  // until 111, when the two short ones have had their turn
  EXPECT_EQ(HindsightConnected(day), 3);
}

}  // namespace
}  // namespace hotline::sim
