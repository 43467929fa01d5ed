#include "deploy/demo/crowd.h"

#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "deploy/demo/day_curve.h"
#include "deploy/demo/options.h"
#include "deploy/demo/plan.h"

namespace hotline::demo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

CrowdOptions Options(uint64_t seed) {
  return {.seed = seed, .seats = 20, .numbers = {{.number = "12348"}, {.number = "123481"}}};
}

TEST(DayCurve, PeaksInTheMorningAndSleepsAtNight) {
  EXPECT_GT(ArrivalShare(absl::Hours(10)), ArrivalShare(absl::Hours(15)));
  EXPECT_GT(ArrivalShare(absl::Hours(15)), ArrivalShare(absl::Hours(12)));
  EXPECT_LT(ArrivalShare(absl::Hours(3)), 0.05);
  EXPECT_DOUBLE_EQ(ArrivalShare(absl::Hours(25)), ArrivalShare(absl::Hours(1)));
}

TEST(Crowd, SameSeedSamePeople) {
  Crowd a(Options(7));
  Crowd b(Options(7));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(a.NextArrival(absl::ZeroDuration()), b.NextArrival(absl::ZeroDuration()));
    const auto caller = a.NextCaller();
    const auto same = b.NextCaller();
    EXPECT_EQ(caller.number, same.number);
    EXPECT_EQ(caller.talk, same.talk);
    EXPECT_EQ(caller.patience, same.patience);
  }
}

TEST(Crowd, FirstCallsComeWithinSecondsAndThePeakFillsTheSeats) {
  Crowd crowd(Options(1));
  EXPECT_LT(crowd.NextArrival(absl::ZeroDuration()), absl::Seconds(10));
  int arrivals = 0;
  // From 8:50, an hour of the day is 50 s at the default pace of 72.
  for (absl::Duration at; at < absl::Seconds(100); at = crowd.NextArrival(at)) ++arrivals;
  // 20 seats of 17 s a call serve 1.18 calls a second; the peak brings 95 % of that.
  EXPECT_NEAR(arrivals, 110, 25);
}

TEST(Crowd, MostTalksAreShortAndSomeAgentsMiss) {
  Crowd crowd(Options(2));
  absl::Duration talk;
  int missed = 0;
  for (int i = 0; i < 1000; ++i) {
    talk += crowd.NextCaller().talk;
    if (crowd.NextAnswer(kSeatTone).action == robot::AnswerPlan::Action::kIgnore) ++missed;
  }
  EXPECT_NEAR(absl::ToDoubleSeconds(talk / 1000), 12, 2);
  EXPECT_NEAR(missed, 40, 25);
}

TEST(DemoOptions, ReadsItsOptionsAndRefusesOthers) {
  std::vector<std::string> words = {"hotline-demo", "--pace", "144", "--seed", "9"};
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  const auto options = ParseOptions(static_cast<int>(argv.size()), argv.data());
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->pace, 144);
  EXPECT_EQ(options->seed, 9U);
  words[2] = "-1";
  argv[2] = words[2].data();
  EXPECT_THAT(ParseOptions(5, argv.data()).status().message(), HasSubstr("--pace cannot be -1"));
  EXPECT_THAT(ParseOptions(2, argv.data()).status().message(), HasSubstr("needs a value"));
}

TEST(DemoPlan, FindsPhonesPasswordsAndNumbers) {
  const std::string config = ::testing::TempDir() + "/demo_plan.yaml";
  const std::string secrets = ::testing::TempDir() + "/demo_plan_users";
  std::ofstream(config) << R"(area:
  id: demo
  seats:
    - {id: s8001, extension: "8001", queues: [general], skills: {general: 3}}
  stations:
    - {id: city, level: city, extension: "7001", capacity: 4, hours: [always], skills: {}}
  numbers:
    - {dialled: "12348", header: {name: X-Transfer-From, value: "12345"}, queue: general, entry: t}
    - {dialled: "12348", queue: general, entry: direct}
call: {domain: hotline.example}
)";
  std::ofstream(secrets) << "8001:one\n7001:two\n";
  const auto plan = LoadPlan(config, secrets);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->domain, "hotline.example");
  ASSERT_EQ(plan->seats.size(), 1U);
  EXPECT_EQ(plan->seats[0].password, "one");
  ASSERT_EQ(plan->stations.size(), 1U);
  EXPECT_EQ(plan->stations[0].lines, 4);
  ASSERT_EQ(plan->numbers.size(), 2U);
  EXPECT_TRUE(plan->numbers[0].headers.empty());
  EXPECT_THAT(plan->numbers[1].headers,
              ElementsAre(std::pair<std::string, std::string>("X-Transfer-From", "12345")));
  std::ofstream(secrets) << "8001:one\n";
  EXPECT_THAT(LoadPlan(config, secrets).status().message(), HasSubstr("7001"));
}

}  // namespace
}  // namespace hotline::demo
