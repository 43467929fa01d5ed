// Calibration: the core in the simulator against Erlang A and the exact days, short. The full one:
// hotline-sim run router/sim/scenarios/s0.yaml --check
#include "router/sim/trial.h"

#include <cmath>

#include <gtest/gtest.h>

#include "router/sim/result.h"
#include "router/sim/scenario_file.h"
#include "router/sim/world/draw_day.h"

namespace hotline::sim {
namespace {

constexpr uint64_t kSeed = 20;
constexpr double kMostStandardErrors = 3;

Trial TrialOf(const Scenario& scenario, int replications) {
  Trial trial{.replications = replications,
              .policies = {*MakePolicy(kBaseline, SettingOf(scenario))}};
  trial.draw = [&scenario](uint64_t replication) {
    return std::vector<Day>{DrawDay(scenario, {.seed = kSeed, .replication = replication})};
  };
  return trial;
}

class CalibrationTest : public testing::TestWithParam<const char*> {};

TEST_P(CalibrationTest, IsWithinThreeStandardErrors) {
  const auto file =
      ReadScenarioFile(std::string(HOTLINE_SCENARIO_FOLDER) + "/" + GetParam() + ".yaml");
  ASSERT_TRUE(file.ok()) << file.status();
  constexpr int kReplications = 8;
  constexpr double kWarmUp = 2 * 3600;
  constexpr double kMeasured = 4 * 3600;
  for (Scenario scenario : file->cells) {
    if (scenario.measure_from > 0) {  // steady state: shorter than the full calibration
      scenario.measure_from = kWarmUp;
      scenario.measure_to = kWarmUp + kMeasured;
      scenario.arrivals[0].length = scenario.measure_to + 7200;
    }
    const Trial trial = TrialOf(scenario, kReplications);
    const Outcome outcome =
        MakeOutcome(scenario, kSeed, trial, RunTrial(trial, /*threads=*/1, [](int) {}));
    ASSERT_TRUE(outcome.deviation.has_value()) << scenario.cell;
    EXPECT_LT(std::abs(*outcome.deviation), kMostStandardErrors)
        << scenario.id << " " << scenario.cell;
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, CalibrationTest, testing::Values("s0", "s2", "s3"),
                         [](const auto& each) { return std::string(each.param); });

TEST(Trial, DoesNotDependOnThreads) {
  const auto file = ReadScenarioFile(std::string(HOTLINE_SCENARIO_FOLDER) + "/s3.yaml");
  ASSERT_TRUE(file.ok());
  const Trial trial = TrialOf(file->cells[0], 5);
  const TrialResult one = RunTrial(trial, 1, [](int) {});
  const TrialResult four = RunTrial(trial, 4, [](int) {});
  for (size_t r = 0; r < 5; ++r) {
    EXPECT_EQ(one.policies[0].replications[r].digest, four.policies[0].replications[r].digest);
    EXPECT_EQ(one.policies[0].replications[r].values.at("asa_s"),
              four.policies[0].replications[r].values.at("asa_s"));
  }
}

TEST(Trial, JsonHasWhatIsPromised) {
  const auto file = ReadScenarioFile(std::string(HOTLINE_SCENARIO_FOLDER) + "/s2.yaml");
  ASSERT_TRUE(file.ok());
  const Trial trial = TrialOf(file->cells[0], 1);
  const Outcome outcome = MakeOutcome(file->cells[0], kSeed, trial, RunTrial(trial, 1, [](int) {}));
  const std::string json = ToJson(outcome, outcome.policies[0]);
  for (const char* name : {"offered",
                           "connected",
                           "connect_rate",
                           "bound",
                           "eta",
                           "gap_closed",
                           "answered_within_15s",
                           "asa_s",
                           "wait_p50_s",
                           "wait_p95_s",
                           "wait_p99_s",
                           "wait_max_s",
                           "connect_rate_by_class",
                           "overflow_seat_hours_per_day",
                           "escalated",
                           "called_back",
                           "occupancy",
                           "gini_idle",
                           "ewt_bias_s",
                           "ewt_rmse_s",
                           "ewt_coverage",
                           "decisions_per_second",
                           "seed"}) {
    EXPECT_NE(json.find("\"" + std::string(name) + "\": "), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace hotline::sim
