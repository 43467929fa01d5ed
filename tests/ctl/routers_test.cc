#include "services/ctl/routers.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/ctl/fake_router.h"

namespace hotline::ctl {
namespace {

using router::v1::RouterStatus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(RoutersTest, WatchMovesToTheRouterThatTookOver) {
  FakeRouter first("router-1");
  FakeRouter second("router-2");
  first.SetRole(RouterStatus::ROLE_ACTIVE, 1);
  Routers routers({first.address(), second.address()}, absl::Seconds(5));
  std::stop_source stop;
  std::vector<std::string> seen;
  std::vector<std::string> troubles;
  routers.Watch(
      stop.get_token(),
      [&](const router::v1::WatchAreaResponse& message) {
        seen.push_back(message.area().router());
        if (message.area().router() == "router-2") {
          stop.request_stop();
          return;
        }
        second.SetRole(RouterStatus::ROLE_ACTIVE, 2);
        first.SetRole(RouterStatus::ROLE_STANDBY, 1);
        first.EndWatches();
      },
      [&](const std::string& sentence) { troubles.push_back(sentence); });
  EXPECT_THAT(seen, ElementsAre("router-1", "router-2"));
  EXPECT_THAT(troubles, ElementsAre(HasSubstr("lost router " + first.address())));
}

TEST(RoutersTest, WatchLeavesARouterThatSaysItStandsBy) {
  FakeRouter first("router-1");
  FakeRouter second("router-2");
  // Claims to be active when asked, but its stream says the truth: as in the moment of losing the
  // lease.
  first.SetRole(RouterStatus::ROLE_ACTIVE, 1);
  Routers routers({first.address(), second.address()}, absl::Seconds(5));
  std::stop_source stop;
  std::vector<std::string> troubles;
  first.StandByWhenWatched(second);
  routers.Watch(
      stop.get_token(),
      [&](const router::v1::WatchAreaResponse& message) {
        if (message.area().router() == "router-2") stop.request_stop();
      },
      [&](const std::string& sentence) { troubles.push_back(sentence); });
  EXPECT_THAT(troubles, ElementsAre(HasSubstr("stands by now")));
}

TEST(RoutersTest, SurveyTellsWhoIsAwayAndWhy) {
  FakeRouter active("router-1");
  active.SetRole(RouterStatus::ROLE_ACTIVE, 7);
  Routers routers({"127.0.0.1:1", active.address()}, absl::Seconds(5));
  const std::vector<RouterAnswer> answers = routers.Survey();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_TRUE(absl::IsUnavailable(answers[0].area.status()));
  EXPECT_EQ(answers[0].area.status().message(), "cannot connect");
  ASSERT_TRUE(answers[1].area.ok());
  EXPECT_EQ(answers[1].area->epoch(), 7U);
}

TEST(RoutersTest, FailsAtOnceIfNobodyAnswersAtAll) {
  Routers routers({"127.0.0.1:1", "127.0.0.1:2"}, absl::Minutes(10));
  const auto response = routers.Ask(router::v1::ListSeatsRequest());
  EXPECT_TRUE(absl::IsUnavailable(response.status()));
  EXPECT_THAT(std::string(response.status().message()),
              HasSubstr("no router answers at 127.0.0.1:1"));
}

}  // namespace
}  // namespace hotline::ctl
