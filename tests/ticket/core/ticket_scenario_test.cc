// Every file in scenarios/ is a test: its commands must give exactly the lines it holds.
// HOTLINE_REWRITE=1 writes the files anew; then read the difference.
#include "tests/ticket/core/ticket_scenario.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "gtest/gtest.h"

#include "tests/runtime/temp_dir.h"

namespace hotline::ticket {
namespace {

std::vector<std::string> ScenarioFiles() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(HOTLINE_TICKET_SCENARIOS)) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class TicketScenarioTest : public testing::TestWithParam<std::string> {};

TEST_P(TicketScenarioTest, DecidesAsWritten) {
  const std::string path = std::string(HOTLINE_TICKET_SCENARIOS) + "/" + GetParam() + ".txt";
  const std::string written = ReadFile(path);
  ASSERT_EQ(written.substr(0, 2), "# ") << "a scenario begins with its story";
  const std::string decided = TicketScenario::Run(written);
  EXPECT_EQ(decided.find("\n?"), decided.npos) << decided;
  if (std::getenv("HOTLINE_REWRITE") != nullptr) {
    WriteFile(path, decided);
  } else {
    EXPECT_EQ(decided, written);
  }
}

INSTANTIATE_TEST_SUITE_P(Ticket, TicketScenarioTest, testing::ValuesIn(ScenarioFiles()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hotline::ticket
