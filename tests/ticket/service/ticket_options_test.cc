#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/ticket/service/options.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::ticket {
namespace {

using testing::HasSubstr;

constexpr char kGood[] = R"(
area: {id: demo, utc_offset: 8h}
ticket:
  listen: "127.0.0.1:0"
  metrics: "127.0.0.1:0"
  routers: ["127.0.0.1:7101", "127.0.0.1:7111"]
  call: "127.0.0.1:7201"
  data_dir: var/ticket
  key_file: var/secrets/ticket.key
  org_code: "990001"
)";

TEST(TicketOptionsTest, AShortSectionIsEnough) {
  auto file = *ConfigFile::Parse(kGood);
  const TicketOptions options = ReadTicketOptions(file);
  EXPECT_TRUE(file.status().ok()) << file.status();
  EXPECT_EQ(options.desk.policy.draft_hold, absl::Minutes(10));
  EXPECT_EQ(options.routers.size(), 2u);
  EXPECT_EQ(options.store.url, "sqlite:var/ticket/tickets.db");
  EXPECT_GT(options.store.sessions, options.threads) << "timers and calls need their own";
}

TEST(TicketOptionsTest, LimitsThatAreGivenReplaceTheDefaults) {
  auto file = *ConfigFile::Parse(std::string(kGood) + R"(
  limits:
    accept: [5min, 20min, 1wh, 2wh]
    return: [none, 4h, 1wd, 2wd]
    handling: {consult: [2h, 24h, 1wd, 2wd], other: [2h, 24h, 2wd, 4wd]}
    hops: 2
)");
  const Policy policy = ReadTicketOptions(file).desk.policy;
  EXPECT_TRUE(file.status().ok()) << file.status();
  const auto normal = [&](ClockKind clock, Matter matter) {
    return FormatTimeLimit(LimitOf(policy, clock, matter, Priority::kNormal));
  };
  EXPECT_EQ(normal(ClockKind::kAccept, Matter::kNone), "2wh");
  EXPECT_EQ(normal(ClockKind::kReturn, Matter::kNone), "2wd");
  EXPECT_EQ(normal(ClockKind::kHandling, Matter::kConsult), "2wd");
  EXPECT_EQ(normal(ClockKind::kHandling, Matter::kNone), "4wd");
  EXPECT_EQ(normal(ClockKind::kHandling, Matter::kHelp), "5wd") << "not given: the default";
  EXPECT_EQ(policy.max_hops, 2);
}

TEST(TicketOptionsTest, EveryMistakeInTheLimitsIsNamed) {
  auto file = *ConfigFile::Parse(std::string(kGood) + R"(
  limits:
    accept: [5min]
    ruling: [none, 4h, soon, 1wd]
    handling: {gossip: [2h, 24h, 1wd, 2wd]}
    hops: 0
)");
  (void)ReadTicketOptions(file);
  const std::string problems(file.status().message());
  for (const char* key :
       {"ticket.limits.accept: must have four limits", "ticket.limits.ruling: P0",
        "ticket.limits.ruling: P2", "ticket.limits.handling.gossip", "ticket.limits.hops"}) {
    EXPECT_THAT(problems, HasSubstr(key));
  }
}

TEST(TicketOptionsTest, TablesOfDispatchReplaceTheDefaults) {
  auto file = *ConfigFile::Parse(std::string(kGood) + R"(
  dispatch:
    competence: [{category: mediation, unit: mediation}, {matter: lawyer_complaint, lowest: city_centre}]
    mutual: [{id: M1, from: physical, to: network, from_levels: [village], other_county: true, allowed: false}]
)");
  const TicketOptions options = ReadTicketOptions(file);
  EXPECT_TRUE(file.status().ok()) << file.status();
  const DispatchRules& rules = options.desk.dispatch;
  ASSERT_EQ(rules.competence.size(), 2u);
  EXPECT_EQ(rules.competence[0].kind, directory::UnitKind::kMediation);
  EXPECT_EQ(rules.competence[1].lowest, directory::NodeType::kCityCentre);
  ASSERT_EQ(rules.mutual.size(), 1u);
  EXPECT_EQ(rules.mutual[0], (MutualRule{.id = "M1",
                                         .from = Platform::kPhysical,
                                         .to = Platform::kNetwork,
                                         .from_levels = {Level::kVillage},
                                         .other_county = true,
                                         .allowed = false}));
}

TEST(TicketOptionsTest, EveryMistakeInATableOfDispatchIsNamed) {
  auto file = *ConfigFile::Parse(std::string(kGood) + R"(
  dispatch:
    competence: [{category: gossip}, {unit: mediation, lowest: city_centre}, {lowest: service_unit}]
    mutual: [{from: moon, to_levels: [attic]}]
)");
  ReadTicketOptions(file);
  const std::string problems(file.status().message());
  EXPECT_THAT(problems, HasSubstr("competence[0].category"));
  EXPECT_THAT(problems, HasSubstr("competence[1].lowest"));
  EXPECT_THAT(problems, HasSubstr("competence[2].lowest"));
  EXPECT_THAT(problems, HasSubstr("mutual[0].id"));
  EXPECT_THAT(problems, HasSubstr("mutual[0].from"));
  EXPECT_THAT(problems, HasSubstr("mutual[0].to_levels"));
}

TEST(TicketOptionsTest, TheWorkingCalendarIsAFile) {
  TempDir dir;
  WriteFile(dir.File("calendar.yaml"),
            "time_zone: Asia/Shanghai\nworking_hours: [\"09:00-12:00\"]\nholidays: [2026-10-01]\n");
  auto file = *ConfigFile::Parse(std::string(kGood) + "  calendar: " + dir.File("calendar.yaml"));
  const TicketOptions options = ReadTicketOptions(file);
  EXPECT_TRUE(file.status().ok()) << file.status();
  EXPECT_FALSE(options.desk.policy.calendar.IsWorkingDay(absl::CivilDay(2026, 10, 1)));
  auto missing = *ConfigFile::Parse(std::string(kGood) + "  calendar: " + dir.File("none.yaml"));
  (void)ReadTicketOptions(missing);
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("ticket.calendar"));
}

TEST(TicketOptionsTest, MistakesAreNamedByKey) {
  auto file = *ConfigFile::Parse(
      "area: {id: demo}\nticket: {org_code: \"12\", draft_hold: 1ms, threads: 99, colour: blue}");
  (void)ReadTicketOptions(file);
  const std::string problems(file.status().message());
  for (const char* key : {"ticket.org_code", "ticket.draft_hold", "ticket.threads", "ticket.colour",
                          "ticket.routers", "ticket.data_dir"}) {
    EXPECT_THAT(problems, HasSubstr(key));
  }
}

}  // namespace
}  // namespace hotline::ticket
