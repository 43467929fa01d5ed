#include "router/core/config.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/router/core/random_world.h"

namespace hotline::router {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RoutingConfigTest, ASoundAreaHasNoProblems) {
  EXPECT_THAT(Validate(SmallArea()), ElementsAre());
}

TEST(RoutingConfigTest, EveryProblemIsNamedByItsKey) {
  AreaConfig area = SmallArea();
  area.stations.push_back(area.stations[0]);
  area.stations[1].capacity = 0;
  area.queues[0].stations.push_back("nowhere");
  area.queues[0].answer_timeout = absl::ZeroDuration();
  area.queues[1].skills = {{"labour", 6}};
  EXPECT_THAT(Validate(area),
              ElementsAre(HasSubstr("area.stations[1].capacity"),
                          HasSubstr("area.stations[2].id \"county\" is used twice"),
                          HasSubstr("area.queues[0].answer_timeout"),
                          HasSubstr("area.queues[0].stations names \"nowhere\""),
                          HasSubstr("area.queues[1].skills.labour must have a level")));
}

TEST(RoutingConfigTest, AnAreaNeedsAQueue) {
  EXPECT_THAT(Validate(AreaConfig{}), ElementsAre(HasSubstr("area.id"), HasSubstr("area.queues")));
}

}  // namespace
}  // namespace hotline::router
