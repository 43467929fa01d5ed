// Every file in scenarios/ is a test: its commands must give exactly the lines it holds.
// HOTLINE_REWRITE=1 writes the files anew; then read the difference.
#include "tests/router/core/scenario.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace hotline::router {
namespace {

std::vector<std::string> ScenarioFiles() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(HOTLINE_SCENARIOS)) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class ScenarioTest : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioTest, DecidesAsWritten) {
  const std::filesystem::path path =
      std::filesystem::path(HOTLINE_SCENARIOS) / (GetParam() + ".txt");
  std::stringstream written;
  written << std::ifstream(path).rdbuf();
  ASSERT_EQ(written.str().substr(0, 2), "# ") << "a scenario begins with its story";
  const std::string decided = Scenario::Run(written.str());
  EXPECT_EQ(decided.find("\n?"), decided.npos) << decided;
  if (std::getenv("HOTLINE_REWRITE") != nullptr) {
    std::ofstream(path) << decided;
  } else {
    EXPECT_EQ(decided, written.str());
  }
}

INSTANTIATE_TEST_SUITE_P(Router, ScenarioTest, testing::ValuesIn(ScenarioFiles()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hotline::router
