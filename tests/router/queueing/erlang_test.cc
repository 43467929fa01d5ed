// The formulas against published tables, against each other, and against an independent oracle's
// 576 rows and five days when they are at hand.
#include "router/core/queueing/erlang.h"

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "router/core/queueing/day_curve.h"
#include "router/core/queueing/staffing.h"

#include <yaml-cpp/yaml.h>

namespace hotline::router::queueing {
namespace {

constexpr double kHour = 3600;

testing::AssertionResult Near(double got, double want, double relative) {
  if (std::abs(got - want) <= relative * std::max(std::abs(want), 1e-12)) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << got << " is not " << want << " within " << relative;
}

TEST(ErlangB, MatchesThePublishedOnePercentTable) {
  for (const auto& [lines, offered] : std::vector<std::pair<int, double>>{
           {10, 4.46}, {15, 8.108}, {20, 12.03}, {50, 37.90}, {100, 84.06}}) {
    EXPECT_NEAR(ErlangB(lines, offered), 0.01, 6e-5) << lines << " lines";
  }
}

// Published: 1,000 calls an hour, handle time 120 s, answered within 15 s.
TEST(ErlangC, MatchesThePublishedStaffingTable) {
  struct Row {
    int seats;
    double p_wait, within, asa;
  };

  for (const Row& row : std::vector<Row>{{34, .869, .201, 156.3},
                                         {35, .6965, .434, 50.1},
                                         {36, .5519, .605, 24.8},
                                         {37, .4318, .727, 14.1},
                                         {38, .3335, .8139, 8.57},
                                         {39, .2540, .8749, 5.38},
                                         {40, .1907, .9171, 3.43}}) {
    const Measures m = ErlangC({row.seats, 1000 / kHour, 1.0 / 120}, 15);
    EXPECT_NEAR(m.p_wait, row.p_wait, 6e-4) << row.seats;
    EXPECT_NEAR(m.answered_within, row.within, 6e-4) << row.seats;
    EXPECT_NEAR(m.asa, row.asa, 0.06) << row.seats;
  }
}

TEST(ErlangC, SaysInfiniteAtCapacity) {
  const Measures m = ErlangC({10, 10.0 / 120, 1.0 / 120}, 15);
  EXPECT_EQ(m.p_wait, 1);
  EXPECT_TRUE(std::isinf(m.asa));
}

// Garnett, Mandelbaum, Reiman 2002, table 1: 50 agents, 48 calls a minute, 1 min each, patience 2
// min.
TEST(ErlangA, MatchesGarnettMandelbaumReiman) {
  const Measures m = ErlangA({50, 48.0 / 60, 1.0 / 60}, 1.0 / 120, 15);
  EXPECT_NEAR(m.asa, 3.7, 0.1);
  EXPECT_NEAR(m.queue_length, 3, 0.15);
  EXPECT_NEAR(m.p_abandon, 0.031, 0.0006);
  EXPECT_NEAR(m.occupancy, 0.93, 0.003);
}

TEST(ErlangA, IsSoundFromOneToTenThousandSeats) {
  for (const int seats : {1, 2, 10, 100, 1000, 10000}) {
    for (const double load : {0.01, 0.5, 0.9, 1.0, 1.1, 1.6, 10.0}) {
      const double mu = 1 / 434.6;
      const double theta = 1 / 409.0;
      const Measures m = ErlangA({seats, load * seats * mu, mu}, theta, 15);
      EXPECT_NEAR(m.connect_rate, 1 - m.p_abandon, 1e-9) << seats << " × " << load;
      EXPECT_GE(m.answered_within, -1e-12);
      EXPECT_LE(m.answered_within, m.connect_rate + 1e-9);
      EXPECT_LE(m.connect_rate, std::min(1.0, 1 / load) + 1e-12);
      EXPECT_TRUE(std::isfinite(m.asa)) << seats << " × " << load;
    }
  }
}

TEST(GeneralPatience, EqualsErlangAForAFineExponentialCurve) {
  const double theta = 1 / 409.0;
  std::vector<PatienceStep> steps;
  for (double t = 0.05; t < 20 * 409; t += 0.1) {
    steps.push_back({t, std::exp(-theta * (t + 0.05))});  // the curve's middle over [t, t + 0.1)
  }
  steps.push_back({20 * 409.0 + 1, 0});
  const Load load{14, 1.1 * 14 / 434.6, 1 / 434.6};
  const Measures fine = GeneralPatience(load, PatienceCurve(std::move(steps)), 15);
  const Measures exact = ErlangA(load, theta, 15);
  EXPECT_TRUE(Near(fine.p_abandon, exact.p_abandon, 1e-5));
  EXPECT_TRUE(Near(fine.p_wait, exact.p_wait, 1e-5));
  EXPECT_TRUE(Near(fine.asa, exact.asa, 1e-4));
  EXPECT_TRUE(Near(fine.answered_within, exact.answered_within, 1e-4));
  EXPECT_TRUE(Near(fine.mean_wait, exact.mean_wait, 1e-5));
}

TEST(Patience, KaplanMeierCountsTheAnsweredAsCensored) {
  // Six callers: hang-ups at 10 and 30, answers at 5, 10, 20, 40.
  const auto curve = PatienceCurve::KaplanMeier(
      {{5, false}, {10, true}, {10, false}, {20, false}, {30, true}, {40, false}});
  EXPECT_EQ(curve.Survival(9.9), 1);
  EXPECT_DOUBLE_EQ(curve.Survival(10), 1 - 1.0 / 5);
  EXPECT_DOUBLE_EQ(curve.Survival(30), (1 - 1.0 / 5) * (1 - 1.0 / 2));
  EXPECT_DOUBLE_EQ(
      AbandonRate({{5, false}, {10, true}, {10, false}, {20, false}, {30, true}, {40, false}}),
      2.0 / 115);
}

TEST(Staffing, FindsTheLeastSeats) {
  // a = 5 … 300 Erlang, handle time 434.6 s, patience 409 s.
  const std::map<int, int> for_ninety = {{5, 7},   {10, 11},  {20, 20},
                                         {50, 47}, {100, 92}, {300, 271}};
  const std::map<int, int> for_ninety_five = {{5, 8}, {10, 13}, {20, 23}, {50, 51}, {300, 288}};
  for (const auto& [a, seats] : for_ninety) {
    EXPECT_EQ(SeatsForConnectRate({a / 434.6, 1 / 434.6, 1 / 409.0}, 0.90), seats) << a;
  }
  for (const auto& [a, seats] : for_ninety_five) {
    EXPECT_EQ(SeatsForConnectRate({a / 434.6, 1 / 434.6, 1 / 409.0}, 0.95), seats) << a;
  }
  EXPECT_EQ(SeatsForAnsweredWithin({10 / 434.6, 1 / 434.6, 1 / 409.0}, 15, 0.95), 16);
}

TEST(Staffing, SkillsBoundReroutesWork) {
  // Two classes of 10 Erlang; 10 seats serve only the first, 10 serve both.
  const std::vector<CallClass> classes = {{0.1, 100}, {0.1, 100}};
  EXPECT_NEAR(SkillsFluidBound(classes, {{10, {0}}, {10, {0, 1}}}), 0.2, 1e-9);
  EXPECT_NEAR(SkillsFluidBound(classes, {{15, {0}}, {5, {0, 1}}}), 0.15, 1e-9);
  EXPECT_NEAR(SkillsFluidBound({{0.1, 100}, {0.1, 50}}, {{10, {0, 1}}}), 0.15, 1e-9);
}

std::string DataFile(const std::string& name) {
  return std::string(HOTLINE_SOURCE_DIR) + "/../shared/data/" + name;
}

TEST(Oracle, AgreesOnEveryRow) {
  std::ifstream file(DataFile("erlang_oracle.csv"));
  if (!file) GTEST_SKIP() << "skipped: no data";
  std::string line;
  std::getline(file, line);
  int rows = 0;
  while (std::getline(file, line)) {
    std::vector<double> v;
    std::istringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) {
      v.push_back(field.empty() || field == "inf" ? INFINITY : std::stod(field));
    }
    ASSERT_GE(v.size(), 15u) << line;
    const Load load{static_cast<int>(v[0]), v[1], 1 / v[2]};
    const Measures m = ErlangA(load, 1 / v[3], v[4]);
    EXPECT_TRUE(Near(m.p_wait, v[5], 1e-6)) << line;
    EXPECT_TRUE(Near(m.p_abandon, v[6], 1e-6)) << line;
    EXPECT_TRUE(Near(m.connect_rate, v[7], 1e-6)) << line;
    EXPECT_TRUE(Near(m.queue_length, v[8], 1e-6)) << line;
    EXPECT_TRUE(Near(m.mean_wait, v[9], 1e-6)) << line;
    EXPECT_TRUE(Near(m.occupancy, v[10], 1e-6)) << line;
    EXPECT_TRUE(Near(m.answered_within, v[11], 1e-6)) << line;
    EXPECT_TRUE(Near(m.asa, v[12], 1e-6)) << line;
    EXPECT_TRUE(Near(ErlangB(load.seats, load.offered()), v[13], 1e-6)) << line;
    if (v[14] < 1) {
      EXPECT_TRUE(Near(ErlangC(load, v[4]).p_wait, v[14], 1e-6)) << line;
    }
    ++rows;
  }
  EXPECT_EQ(rows, 576);
}

TEST(Oracle, AgreesOnEveryDay) {
  std::ifstream file(DataFile("day_fixtures.json"));
  if (!file) GTEST_SKIP() << "skipped: no data";
  const YAML::Node days = YAML::Load(file);  // JSON is YAML
  ASSERT_EQ(days.size(), 5u);
  for (const YAML::Node& day : days) {
    std::vector<DaySegment> segments;
    for (const YAML::Node& s : day["segments"]) {
      segments.push_back({s[0].as<double>(), s[1].as<double>(), s[2].as<int>()});
    }
    const auto mu = day["mu"].as<double>();
    const DayResult got = SolveDay(segments, mu, day["theta"].as<double>());
    EXPECT_TRUE(Near(got.offered, day["offered"].as<double>(), 1e-6)) << day["name"];
    EXPECT_TRUE(Near(got.connected, day["connected"].as<double>(), 1e-6)) << day["name"];
    EXPECT_TRUE(Near(got.abandoned, day["abandoned"].as<double>(), 1e-6)) << day["name"];
    EXPECT_TRUE(Near(got.connect_rate, day["connect_rate"].as<double>(), 1e-6)) << day["name"];
    EXPECT_TRUE(Near(DayFluidBound(segments, mu), day["fluid_bound"].as<double>(), 1e-6));
  }
}

}  // namespace
}  // namespace hotline::router::queueing
