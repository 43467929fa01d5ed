// Scenario files: every mistake at once, with line and key; and those of the repository are sound.
#include "router/sim/scenario_file.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runtime/temp_dir.h"

namespace hotline::sim {
namespace {

using testing::HasSubstr;

class ScenarioFileTest : public testing::Test {
 protected:
  std::string Write(const std::string& text) {
    const std::string path = dir_.path() + "/s.yaml";
    std::ofstream(path) << text;
    return path;
  }

  TempDir dir_;
};

TEST_F(ScenarioFileTest, ReadsCellsOverTheRest) {
  const auto file = ReadScenarioFile(Write(R"(id: T1
title: a test
classes:
- {name: a, share: 0.4, handle: {mean_s: 100}, patience: {mean_s: 60}, priority: P1}
- {name: b, share: 0.6, handle: {mean_s: 50, law: lognormal, cv: 2}, patience: {mean_s: 60, law: fixed}}
seats: 7
start: "08:00"
arrivals: {per_hour: 36, for: 4h}
cells:
- {cell: plain}
- {cell: surge, surges: [{from: "09:00", to: 2h, times: 3}], seats: [{count: 2, classes: [b]}]}
- {cell: loaded, arrivals: {load: 0.7, for: 1h}}
)"));
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->cells.size(), 3u);
  const Scenario& plain = file->cells[0];
  EXPECT_EQ(plain.clock_start, 8 * 3600);
  EXPECT_EQ(plain.arrivals[0].rate, 0.01);
  EXPECT_EQ(plain.seats[0].counts[0], 7);
  EXPECT_EQ(plain.seats[0].classes, (std::vector<int>{0, 1}));
  EXPECT_EQ(plain.classes[0].priority, 1);
  EXPECT_EQ(plain.classes[1].handle.cv, 2);
  const Scenario& surge = file->cells[1];
  EXPECT_EQ(surge.surges[0].from, 3600);
  EXPECT_EQ(surge.surges[0].to, 7200);
  EXPECT_EQ(surge.seats[0].classes, (std::vector<int>{1}));
  EXPECT_NEAR(file->cells[2].arrivals[0].rate, 0.7 * 7 / 70, 1e-12);
}

TEST_F(ScenarioFileTest, TellsEveryMistakeWithLineAndKey) {
  const auto file = ReadScenarioFile(Write(R"(id: T1
titel: a test
replications: 0
classes:
- {name: a, share: 0.5, handle: {mean_s: -1}, patience: {mean_s: 60}, colour: red}
- {name: a, share: 0.4, handle: {mean_s: 10, law: normal}, patience: {mean_s: 60}}
seats:
- {count: 3, classes: [c]}
arrivals: {for: 4h}
surges:
- {from: 3h, to: 2h, times: 2}
policies: [best]
measure: {from: soon}
)"));
  ASSERT_FALSE(file.ok());
  const std::string errors(file.status().message());
  for (const char* part :
       {"s.yaml:1: title: is missing", "s.yaml:2: titel: is no known key",
        "s.yaml:3: replications: '0' must be a number from 1 to",
        "s.yaml:5: classes[0].handle.mean_s: '-1'", "s.yaml:5: classes[0].colour: is no known",
        "s.yaml:6: classes[1].handle.law: 'normal' must be one of exponential",
        "s.yaml:6: classes[1].name: 'a' is given twice", "classes: the shares add up to 0.9",
        "s.yaml:8: seats[0].classes: 'c' is no class", "s.yaml:9: arrivals.load: give either",
        "s.yaml:11: surges[0].to: must be after",
        "s.yaml:12: policies: name: 'best' is no policy; there are fifo-longest-idle",
        "s.yaml:13: measure.from: 'soon' must be a time of day"}) {
    EXPECT_THAT(errors, HasSubstr(part));
  }
}

TEST_F(ScenarioFileTest, ABrokenFileIsNamedWithItsLine) {
  const auto broken = ReadScenarioFile(Write("id: [S1\ntitle: x"));
  EXPECT_THAT(std::string(broken.status().message()), HasSubstr("s.yaml:"));
  EXPECT_EQ(ReadScenarioFile("/no/such.yaml").status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(ReadScenarioFile(Write("- a list")).ok());
}

TEST(Scenarios, OfTheRepositoryAreSound) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(HOTLINE_SCENARIO_FOLDER)) {
    if (!entry.path().filename().string().starts_with("s")) continue;
    const auto file = ReadScenarioFile(entry.path().string());
    EXPECT_TRUE(file.ok()) << file.status();
    ++files;
  }
  EXPECT_GE(files, 4);
}

}  // namespace
}  // namespace hotline::sim
