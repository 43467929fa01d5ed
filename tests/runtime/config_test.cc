#include "services/runtime/config.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/runtime/temp_dir.h"

namespace hotline {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr IntRange kLevels{1, 5};

TEST(ConfigTest, ReadsEveryKindOfValue) {
  auto file = ConfigFile::Parse(R"yaml(
area:
  id: demo
  utc_offset: -3h30m
  queues:
    - {id: general, skills: {labour: 4, general: 1}, max_waiting: 200, stations: [town-a, county-x]}
    - {id: crisis}
media: {listen: "127.0.0.1:0", rtp_ports: 40000-49998, record: true, law: mu}
call: {routers: ["127.0.0.1:1", "127.0.0.1:2"], music: "2\tsongs", from: {name: a, value: b}}
)yaml");
  ASSERT_TRUE(file.ok()) << file.status();

  ConfigReader area = file->Section("area");
  EXPECT_EQ(area.Name("id"), "demo");
  EXPECT_EQ(area.Duration("utc_offset", {}, {absl::Hours(-14), absl::Hours(14)}),
            -absl::Minutes(210));
  std::vector<std::string> queues;
  area.List("queues", [&](ConfigReader& queue) {
    queues.push_back(queue.path() + "=" + queue.Name("id"));
    const auto skills = queue.IntMap("skills", kLevels);
    const auto stations = queue.Strings("stations");
    const int64_t max_waiting = queue.Int("max_waiting", {1, 1000}, 50);
    if (queue.Has("skills")) {
      EXPECT_THAT(skills, ElementsAre(Pair("general", 1), Pair("labour", 4)));
      EXPECT_THAT(stations, ElementsAre("town-a", "county-x"));
      EXPECT_EQ(max_waiting, 200);
    } else {
      EXPECT_EQ(max_waiting, 50);
    }
  });
  EXPECT_THAT(queues, ElementsAre("area.queues[0]=general", "area.queues[1]=crisis"));

  ConfigReader media = file->Section("media");
  EXPECT_EQ(media.Listen("listen"), (Endpoint{"127.0.0.1", 0}));
  const IntRange ports = media.Span("rtp_ports", {1024, 65535});
  EXPECT_EQ(ports.min, 40000);
  EXPECT_EQ(ports.max, 49998);
  EXPECT_TRUE(media.Bool("record"));
  EXPECT_EQ(media.Choice<char>("law", {{"a", 'a'}, {"mu", 'u'}}), 'u');

  ConfigReader call = file->Section("call");
  EXPECT_THAT(call.Peers("routers"),
              ElementsAre(Endpoint{"127.0.0.1", 1}, Endpoint{"127.0.0.1", 2}));
  EXPECT_EQ(call.String("music"), "2\tsongs");
  EXPECT_EQ(call.String("domain", "hotline.local"), "hotline.local");
  EXPECT_EQ(call.Map("from").String("value"), "b");
  call.Map("from").String("name");
  EXPECT_TRUE(file->status().ok()) << file->status();
}

TEST(ConfigTest, EveryProblemIsToldAtOnceByItsKey) {
  auto file = ConfigFile::Parse(R"yaml(
area:
  id: Demo!
  node_grace: 5 minute
  short_abandon: -1s
  max_calls: lots
  queues:
    - {id: general, max_wait: 10m}
    - {max_wait: inf, wrapup: 30s}
    - just-text
  seats: {s1: 1}
router: {listen: 127.0.0.1, redis: "127.0.0.1:0", lease: [1s], law: x, ports: 5-3, spare: maybe}
rooter: {}
)yaml");
  ASSERT_TRUE(file.ok()) << file.status();

  ConfigReader area = file->Section("area");
  area.Name("id");
  area.Duration("node_grace");
  EXPECT_EQ(area.Duration("short_abandon", absl::Seconds(5)), absl::Seconds(5));
  area.Int("max_calls", {1, 100'000});
  area.Int("max_waiting", {1, 10});
  area.List("queues", [](ConfigReader& queue) {
    queue.Name("id");
    queue.Duration("max_wait");
    queue.Duration("wrap_up", absl::Seconds(30));
  });
  area.List("seats", [](ConfigReader&) {});
  area.Error("queues[0].stations", "there is no station \"x\"");
  ConfigReader router = file->Section("router");
  router.Listen("listen");
  router.Peer("redis");
  router.Duration("lease");
  router.Choice<int>("law", {{"a", 1}, {"mu", 2}});
  router.Span("ports", {1, 10});
  router.Bool("spare", false);

  EXPECT_EQ(file->status().message(),
            R"(area.id: "Demo!" is no name; write 1 to 32 of a-z, 0-9 and -
area.node_grace: "5 minute" is no duration; write 90s, 10m or 1h
area.short_abandon: -1s is out of range; from 0 to 8784h
area.max_calls: "lots" is no whole number
area.max_waiting: missing
area.queues[1].id: missing
area.queues[1].max_wait: "inf" is no duration; write 90s, 10m or 1h
area.queues[2]: a single value where a map of keys is needed
area.seats: a map where a list is needed
area.queues[0].stations: there is no station "x"
router.listen: "127.0.0.1" is no address; write host:port, for example 127.0.0.1:5060
router.redis: "127.0.0.1:0" needs a port that is not 0
router.lease: a list where a single value is needed
router.law: "x" is not one of a, mu
router.ports: "5-3" ends before it starts
router.spare: "maybe" is neither true nor false
area.queues[1].wrapup: unknown key; do you mean wrap_up?
rooter: unknown key; do you mean router?)");
  EXPECT_TRUE(IsConfigError(file->status()));
  EXPECT_FALSE(IsConfigError(absl::InvalidArgumentError("something else")));
}

TEST(ConfigTest, TheEnvironmentOverridesSingleValuesOfASection) {
  auto file = ConfigFile::Parse("router: {name: router-1, lease: 2s}",
                                {{"HOTLINE_ROUTER_NAME", "router-2"},
                                 {"HOTLINE_ROUTER_PEERS", "127.0.0.1:1, 127.0.0.1:2"},
                                 {"HOTLINE_ROUTER_SPOOL_DIR", "var/router-2"},
                                 {"HOTLINE_CALL_NODE", "not ours"},
                                 {"HOTLINE_BUILD_DIR", "not configuration"}});
  ASSERT_TRUE(file.ok()) << file.status();
  ConfigReader router = file->Section("router");
  EXPECT_EQ(router.Name("name"), "router-2");
  EXPECT_EQ(router.String("spool_dir"), "var/router-2") << "not in the file at all";
  EXPECT_EQ(router.Duration("lease"), absl::Seconds(2));
  EXPECT_THAT(router.Peers("peers"),
              ElementsAre(Endpoint{"127.0.0.1", 1}, Endpoint{"127.0.0.1", 2}));
  EXPECT_TRUE(file->status().ok()) << file->status();
}

TEST(ConfigTest, AMissingSectionCanComeFromTheEnvironmentAlone) {
  auto file = ConfigFile::Parse("", {{"HOTLINE_MEDIA_GRACE", "3s"}});
  ASSERT_TRUE(file.ok()) << file.status();
  ConfigReader media = file->Section("media");
  EXPECT_EQ(media.Duration("grace"), absl::Seconds(3));
  media.Listen("listen");
  EXPECT_EQ(file->status().message(), "media.listen: missing");
}

TEST(ConfigTest, MistakesInTheEnvironmentNameTheVariable) {
  auto file = ConfigFile::Parse("router: {lease: 2s}",
                                {{"HOTLINE_ROUTER_LEASE", "soon"}, {"HOTLINE_ROUTER_LEESE", "2s"}});
  ASSERT_TRUE(file.ok()) << file.status();
  file->Section("router").Duration("lease");
  EXPECT_EQ(file->status().message(),
            R"(router.lease (HOTLINE_ROUTER_LEASE): "soon" is no duration; write 90s, 10m or 1h
HOTLINE_ROUTER_LEESE (environment): unknown key)");
}

TEST(ConfigTest, OtherProcessesSectionsAndIgnoredRestsAreFine) {
  auto file = ConfigFile::Parse("area: {id: demo, queues: [{id: general}]}\nmedia: {x: 1}");
  ASSERT_TRUE(file.ok()) << file.status();
  ConfigReader area = file->Section("area");
  area.Name("id");
  area.IgnoreRest();
  EXPECT_TRUE(file->status().ok()) << file->status();
}

TEST(ConfigTest, AnEmptyValueIsNotGiven) {
  auto file = ConfigFile::Parse("router:\n  lease:\n  name:\n");
  ASSERT_TRUE(file.ok()) << file.status();
  ConfigReader router = file->Section("router");
  EXPECT_EQ(router.Duration("lease", absl::Seconds(7)), absl::Seconds(7));
  router.Name("name");
  EXPECT_EQ(file->status().message(), "router.name: missing");
}

TEST(ConfigTest, WhatIsNoYamlIsToldByLineAndColumn) {
  EXPECT_EQ(ConfigFile::Parse("area:\n  id: [1, 2\n").status().message(),
            "line 3, column 1: end of sequence flow not found");
  EXPECT_EQ(ConfigFile::Parse("area: {id: a, id: b}").status().message(),
            "line 1, column 7: the key \"id\" is given twice");
  EXPECT_EQ(ConfigFile::Parse("- area").status().message(),
            "a list where a map of sections is needed");
  EXPECT_FALSE(ConfigFile::Parse(std::string(50, '[') + std::string(50, ']')).ok());
}

TEST(ConfigTest, AnUnreadableFileIsAConfigurationError) {
  const auto missing = ConfigFile::Load("/nonexistent/hotline.yaml", {});
  EXPECT_EQ(missing.status().message(), "/nonexistent/hotline.yaml: cannot be read");
  EXPECT_TRUE(IsConfigError(missing.status()));
  const TempDir dir;
  WriteFile(dir.File("a.yaml"), "area: {");
  const auto broken = ConfigFile::Load(dir.File("a.yaml"), {});
  EXPECT_THAT(std::string(broken.status().message()),
              testing::StartsWith(dir.File("a.yaml") + ": line 1"));
  EXPECT_TRUE(IsConfigError(broken.status()));
}

TEST(ConfigTest, ManyProblemsAreCutAtALimit) {
  std::string yaml = "log:\n";
  for (int i = 0; i < 150; ++i) yaml += "  key" + std::to_string(i) + ": 1\n";
  auto file = ConfigFile::Parse(yaml);
  ASSERT_TRUE(file.ok()) << file.status();
  file->Section("log");
  EXPECT_THAT(std::string(file->status().message()), testing::EndsWith("\nand 50 problems more"));
}

}  // namespace
}  // namespace hotline
