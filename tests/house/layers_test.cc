// The architecture as a test: every source of the repository keeps to its layer, in #include lines
// as well as in the link table (which deploy/cmake/Layers.cmake checks).
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/house/layer_rules.h"
#include "tests/house/sources.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::house {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

LayerTable TheTable() {
  return ParseLayerTable(ReadFile(kRoot / "deploy/cmake/Layers.cmake"));
}

TEST(HouseTest, EverySourceKeepsToItsLayer) {
  const LayerTable table = TheTable();
  const auto sources = AllSources();
  ASSERT_GT(sources.size(), 30u) << "looked in the wrong place: " << kRoot;
  for (const auto& source : sources) {
    const std::string path = PathOf(source);
    for (const std::string& problem : Check(path, ReadFile(source), table)) {
      ADD_FAILURE() << problem;
    }
  }
}

TEST(HouseTest, TheTableIsReadFromTheBuild) {
  const LayerTable table = TheTable();
  EXPECT_THAT(table.at("core"), ElementsAre("base", "core"));
  EXPECT_THAT(table.at("runtime"), ElementsAre("base", "contract", "runtime"));
  EXPECT_EQ(table.size(), 7u);
}

TEST(LayerRulesTest, AForbiddenEdgeIsNamedWithItsLine) {
  EXPECT_THAT(Check("router/core/a.cc", "\n#include \"services/runtime/log.h\"\n", TheTable()),
              ElementsAre("router/core/a.cc:2: core may not include services/runtime/log.h "
                          "(runtime)"));
  EXPECT_THAT(Check("services/call/core/a.cc", "#include \"hotline/call/v1/x.pb.h\"", TheTable()),
              ElementsAre("services/call/core/a.cc:1: core may not include "
                          "hotline/call/v1/x.pb.h (contract)"));
  EXPECT_THAT(Check("services/redis/a.cc", "#include \"router/service/strand.h\"", TheTable()),
              ElementsAre("services/redis/a.cc:1: adapter may not include "
                          "router/service/strand.h (service)"));
  EXPECT_THAT(Check("services/ctl/a.cc", "#include \"tests/runtime/temp_dir.h\"", TheTable()),
              ElementsAre("services/ctl/a.cc:1: only tests may include tests/runtime/temp_dir.h"));
  EXPECT_THAT(Check("services/new/a.cc", "", TheTable()),
              ElementsAre("services/new/a.cc:1: its folder has no layer; give it one in "
                          "tests/house/layer_rules.cc"));
}

TEST(LayerRulesTest, PureCodeMayNotReachOut) {
  for (const char* source :
       {"#include <chrono>", "#include <mutex>", "#include <unordered_map>", "#include <iostream>",
        "#include \"absl/time/clock.h\"", "#include \"grpcpp/grpcpp.h\"", "x = getenv(\"A\");",
        "t = time(nullptr);", "t = std::time(0);", "t = absl::Now();", "x = rand();",
        "std::cout << 1;", "std::unordered_map<int, int> m;", "std::atomic<int> n;"}) {
    EXPECT_THAT(Check("router/core/a.cc", source, TheTable()), testing::SizeIs(1)) << source;
    EXPECT_THAT(Check("router/service/a.cc", source, TheTable()), IsEmpty()) << source;
  }
  for (const char* source :
       {"#include <vector>", "#include \"absl/time/time.h\"", "// std::cout and time(nullptr)",
        "x = \"time(0)\";", "/* getenv(\"A\") */", "call.state_time(call);", "operand(1);",
        "x = R\"(std::cout \" time(0))\";", "n = 10'000; // rand()", "c = '\"'; d = \"rand()\";"}) {
    EXPECT_THAT(Check("router/core/a.cc", source, TheTable()), IsEmpty()) << source;
  }
}

TEST(LayerRulesTest, AHeaderIsAContract) {
  EXPECT_THAT(Check("router/core/a.h", "// What it is.\n#pragma once\n", TheTable()), IsEmpty());
  EXPECT_THAT(Check("router/core/a.h", "#pragma once\n", TheTable()), testing::SizeIs(2));
  EXPECT_THAT(Check("tests/call/a.h", "#ifndef A\n", TheTable()), testing::SizeIs(2));
}

TEST(LayerRulesTest, StripsWhatIsNoCodeAndKeepsTheLines) {
  EXPECT_EQ(StripComments("a // b\nc /* d\ne */ f \"g\\\"h\" 'i'\n#include \"j.h\" // k\n"),
            "a \nc \n f \"\" ''\n#include \"j.h\" \n");
}

}  // namespace
}  // namespace hotline::house
