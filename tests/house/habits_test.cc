// Habits that no compiler enforces: no test sleeps, no gRPC call is without a deadline or a
// decision.
#include <algorithm>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/house/layer_rules.h"
#include "tests/house/sources.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::house {
namespace {

/// Who may sleep. There is always something to wait on: a stream, a file, a condition. Only the
/// benchmark that calls ten times a second paces itself by the clock.
const std::set<std::string> kMaySleep = {"tests/bench/console.cc"};

/// Makes the contexts for all others (MakeCallContext, MakeStreamContext, PrepareContext).
constexpr std::string_view kMakesContexts = "services/runtime/";

/// Returns the lines' numbers of `code`, without comments, in which `pattern` occurs.
std::vector<int> LinesWith(const std::string& code, const std::regex& pattern) {
  std::vector<int> lines;
  for (auto it = std::sregex_iterator(code.begin(), code.end(), pattern);
       it != std::sregex_iterator(); ++it) {
    lines.push_back(
        1 + static_cast<int>(std::count(code.begin(), code.begin() + it->position(), '\n')));
  }
  return lines;
}

std::vector<int> Sleeps(const std::string& source) {
  static const std::regex pattern(R"(\b(sleep_for|sleep_until|SleepFor|u?sleep|nanosleep)\s*\()");
  return LinesWith(StripComments(source), pattern);
}

/// Contexts that are made by hand and get no deadline in the same file.
std::vector<std::string> BareContexts(const std::string& source) {
  static const std::regex declaration(R"(\bgrpc::ClientContext\s+(\w+)\s*[;{])");
  const std::string code = StripComments(source);
  std::vector<std::string> bare;
  for (auto it = std::sregex_iterator(code.begin(), code.end(), declaration);
       it != std::sregex_iterator(); ++it) {
    const std::string name = (*it)[1];
    const std::regex limited(R"(\bPrepareContext\([^;]*\b)" + name + R"(\)|\b)" + name +
                             R"(\.set_deadline\()");
    if (!std::regex_search(code, limited)) bare.push_back(name);
  }
  return bare;
}

TEST(HabitsTest, NoTestSleeps) {
  for (const auto& source : AllSources()) {
    const std::string path = PathOf(source);
    if (!path.starts_with("tests/") || kMaySleep.contains(path)) continue;
    for (const int line : Sleeps(ReadFile(source))) {
      ADD_FAILURE() << path << ":" << line << ": a test waits for something, it does not sleep";
    }
  }
}

TEST(HabitsTest, NoCallIsWithoutADeadline) {
  for (const auto& source : AllSources()) {
    const std::string path = PathOf(source);
    if (path.starts_with(kMakesContexts)) continue;
    for (const std::string& name : BareContexts(ReadFile(source))) {
      ADD_FAILURE() << path << ": " << name
                    << ": use MakeCallContext, MakeStreamContext or PrepareContext";
    }
  }
}

TEST(HabitsTest, BadHabitsAreSeen) {
  EXPECT_THAT(Sleeps("a;\nstd::this_thread::sleep_for(x);  // sleep(1)\nabsl::SleepFor(y);"),
              testing::ElementsAre(2, 3));
  EXPECT_THAT(Sleeps("AsleepForNow(); no_sleep_for(1); \"usleep(1)\";"), testing::IsEmpty());
  EXPECT_THAT(BareContexts("grpc::ClientContext a;\nstub->Do(&a);"), testing::ElementsAre("a"));
  EXPECT_THAT(BareContexts("grpc::ClientContext a; PrepareContext(kLimit, x[i].a);"),
              testing::IsEmpty());
  EXPECT_THAT(BareContexts("grpc::ClientContext a; a.set_deadline(x); grpc::ClientContext* b;"),
              testing::IsEmpty());
}

}  // namespace
}  // namespace hotline::house
