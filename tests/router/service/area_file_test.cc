#include "router/service/area_file.h"

#include <string>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/runtime/temp_dir.h"

namespace hotline::router {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

TEST(AreaFile, TheDefaultConfigurationIsSound) {
  auto file = ConfigFile::Load(HOTLINE_DEFAULT_CONFIG, {});
  ASSERT_TRUE(file.ok()) << file.status();
  const AreaFile area = ReadArea(file->Section("area"));
  const RouterFile router = ReadRouter(file->Section("router"));
  EXPECT_TRUE(file->status().ok()) << file->status();
  EXPECT_TRUE(Validate(area.config).empty());
  EXPECT_FALSE(area.seats.empty());
  EXPECT_EQ(router.lease, absl::Milliseconds(1500));
}

TEST(AreaFile, ValuesArriveWhereTheyBelong) {
  auto file = ConfigFile::Parse(R"(
area:
  id: north
  utc_offset: 9h
  answer_target: 20s
  explain: {keep: 10, full_every: 2}
  queues:
    - {id: q, affinity_wait: 5s, skills: {law: 2, drafting: 1}, priority: P1, answer_timeout: 9s, wrap_up: 0s, stations: [town]}
  stations:
    - {id: town, level: township, extension: "7001", capacity: 3, ring_timeout: 8s, clearance: 2, hours: ["Mon-Fri 09:00-17:00"]}
  seats:
    - {id: s1, extension: "8001", queues: [q], skills: {law: 4}, provider: firm-a, clearance: 3, suspended: true}
  numbers:
    - {dialled: "12348", queue: q, entry: direct}
    - {dialled: "12349", queue: q, barred: [firm-a], clearance: 2}
)");
  ASSERT_TRUE(file.ok()) << file.status();
  const AreaFile area = ReadArea(file->Section("area"));
  ASSERT_TRUE(file->status().ok()) << file->status();
  EXPECT_EQ(area.config.limits.answer_target, absl::Seconds(20));
  ASSERT_THAT(area.config.queues, SizeIs(1));
  const QueueConfig& queue = area.config.queues[0];
  EXPECT_EQ(queue.priority, Priority::kP1);
  EXPECT_EQ(queue.skills, (std::vector<SkillLevel>{{"drafting", 1}, {"law", 2}}));
  EXPECT_EQ(queue.answer_timeout, absl::Seconds(9));
  EXPECT_EQ(area.config.stations[0].capacity, 3u);
  EXPECT_FALSE(area.config.stations[0].hours == WeeklyHours());
  EXPECT_EQ(area.seats[0].skills, (std::vector<SkillLevel>{{"law", 4}}));
  EXPECT_EQ(area.seats[0].provider, "firm-a");
  EXPECT_EQ(area.seats[0].clearance, 3u);
  EXPECT_TRUE(area.seats[0].suspended);
  EXPECT_EQ(area.config.stations[0].clearance, 2u);
  EXPECT_EQ(queue.affinity_wait, absl::Seconds(5));
  EXPECT_EQ(area.config.explain.keep, 10u);
  EXPECT_EQ(area.config.explain.full_every, 2u);
}

TEST(AreaFile, AllMistakesAreToldAtOnceByKey) {
  auto file = ConfigFile::Parse(R"(
area:
  id: "Not A Name"
  node_grace: 5 minute
  colour: red
  queues:
    - {id: q, skills: {law: 9}, priority: P7, max_wait: never, stations: [nowhere]}
    - {id: q}
  stations:
    - {id: town, level: hamlet, extension: "7001", hours: ["Moonday 9-5"]}
  seats:
    - {id: s1, extension: "7001", queues: [other], skills: {}}
    - {id: s1, extension: "8002", queues: [], skills: {}}
  numbers:
    - {dialled: "1", queue: other, entry: direct}
router: {name: r, listen: nowhere, metrics: "127.0.0.1:0", redis: "6379", lease: 1ms, spool_dir: x}
)");
  ASSERT_TRUE(file.ok()) << file.status();
  (void)ReadArea(file->Section("area"));
  (void)ReadRouter(file->Section("router"));
  const absl::Status status = file->status();
  EXPECT_TRUE(IsConfigError(status));
  const std::vector<std::string> lines = absl::StrSplit(std::string(status.message()), '\n');
  for (const char* key :
       {"area.id", "area.node_grace", "area.colour", "area.queues[0].skills.law",
        "area.queues[0].priority", "area.queues[0].max_wait", "area.queues[0].stations",
        "area.queues[1].id", "area.stations[0].level", "area.stations[0].hours",
        "area.seats[0].extension", "area.seats[0].queues", "area.seats[1].id",
        "area.seats[1].queues", "area.numbers[0].queue", "router.listen", "router.redis",
        "router.lease"}) {
    EXPECT_THAT(lines, Contains(HasSubstr(key))) << status;
  }
}

}  // namespace
}  // namespace hotline::router
