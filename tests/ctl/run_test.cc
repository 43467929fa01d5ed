// hotline-ctl as a whole against fake routers: who is asked, what is printed, which exit code.
#include "services/ctl/run.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "tests/ctl/fake_router.h"

namespace hotline::ctl {
namespace {

using router::v1::CallRecord;
using router::v1::RouterStatus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kArrive = 1'772'000'000;

/// Answered by a seat 3.25 s after it asked for a person, 7 s after the INVITE.
CallRecord AnsweredCall(const std::string& id) {
  CallRecord record;
  record.mutable_request()->set_call_id(id);
  record.mutable_request()->set_queue("general");
  record.mutable_request()->set_entry("direct");
  record.mutable_request()->mutable_arrive_time()->set_seconds(kArrive);
  record.mutable_request()->mutable_request_time()->set_seconds(kArrive + 7);
  record.mutable_answer_time()->set_seconds(kArrive + 10);
  record.mutable_answer_time()->set_nanos(250'000'000);
  record.mutable_end_time()->set_seconds(kArrive + 40);
  record.mutable_answered_by()->set_kind(router::v1::TARGET_KIND_SEAT);
  record.mutable_answered_by()->set_id("s1");
  record.set_cause(router::v1::END_CAUSE_CALLER_HUNG_UP);
  record.set_result(router::v1::TELEPHONY_RESULT_T01);
  record.add_legs()->set_end(router::v1::LEG_END_COMPLETED);
  router::v1::Leg& declined = *record.add_legs();
  declined.mutable_target()->set_kind(router::v1::TARGET_KIND_SEAT);
  declined.mutable_target()->set_id("s2");
  declined.set_end(router::v1::LEG_END_DECLINED);
  declined.set_sip_status(486);
  return record;
}

class RunTest : public ::testing::Test {
 protected:
  RunTest() { active_.SetRole(RouterStatus::ROLE_ACTIVE, 2); }

  /// Runs with both routers, the stand-by named first.
  int Ctl(std::vector<std::string> arguments) {
    out_.str("");
    err_.str("");
    arguments.push_back("--routers=" + standby_.address() + "," + active_.address());
    const Surroundings surroundings{.program = "hotline-ctl",
                                    .environment = [](const std::string&) { return std::nullopt; },
                                    .out = out_,
                                    .err = err_};
    return ctl::Run(arguments, surroundings);
  }

  boost::json::value Json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    EXPECT_EQ(Ctl(std::move(arguments)), kExitDone) << err_.str();
    return boost::json::parse(out_.str());
  }

  FakeRouter standby_{"router-1"};
  FakeRouter active_{"router-2"};
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(RunTest, SendsCommandsToTheActiveRouter) {
  EXPECT_EQ(Ctl({"seat", "sign-in", "s1", "--agent", "7", "--ready", "--heartbeat", "15s"}), 0);
  EXPECT_EQ(out_.str(), "s1 ready\n");
  EXPECT_EQ(Ctl({"seat", "not-ready", "s1", "--reason", "break"}), 0);
  EXPECT_EQ(out_.str(), "s1 not ready (break)\n");
  EXPECT_EQ(Ctl({"drain", "on"}), 0);
  EXPECT_THAT(active_.commands(), ElementsAre("sign-in s1 agent=7 ready heartbeat=15s",
                                              "not-ready s1 break", "drain on"));
  EXPECT_THAT(standby_.commands(), IsEmpty());
}

TEST_F(RunTest, PrefersTheHigherEpochOfTwoThatClaimToBeActive) {
  standby_.SetRole(RouterStatus::ROLE_ACTIVE, 3);
  EXPECT_EQ(Ctl({"seat", "ready", "s1"}), 0);
  EXPECT_THAT(standby_.commands(), ElementsAre("ready s1"));
}

TEST_F(RunTest, GoesToTheOtherRouterWhenTheActiveOneLosesItsLease) {
  active_.LoseLeaseAtNextCommand(standby_);
  EXPECT_EQ(Ctl({"seat", "ready", "s1"}), 0) << err_.str();
  EXPECT_THAT(active_.commands(), IsEmpty());
  EXPECT_THAT(standby_.commands(), ElementsAre("ready s1"));
}

TEST_F(RunTest, ShowsTheStandbysViewWhenNobodyIsActiveButCommandsFail) {
  active_.SetRole(RouterStatus::ROLE_STANDBY, 2);
  EXPECT_EQ(Ctl({"seat", "list"}), 0);
  EXPECT_THAT(err_.str(), HasSubstr("what the stand-by knows"));
  EXPECT_EQ(Ctl({"seat", "ready", "s1", "--timeout", "300ms"}), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("no router is active"));
}

TEST_F(RunTest, SaysInASentenceWhatTheRouterRefused) {
  EXPECT_EQ(Ctl({"seat", "extend-wrap-up", "s1", "60s"}), kExitFailed);
  EXPECT_EQ(err_.str(), "hotline-ctl: seat s1 is not in wrap-up\n");
}

TEST_F(RunTest, ReturnsTwoForWrongUsage) {
  EXPECT_EQ(Ctl({"seat", "not-ready", "s1"}), kExitUsage);
  EXPECT_EQ(Ctl({"drain", "maybe"}), kExitUsage);
  EXPECT_EQ(Ctl({"stats", "--today", "--window", "1h"}), kExitUsage);
  EXPECT_EQ(Ctl({"seat", "extend-wrap-up", "s1", "long"}), kExitUsage);
  EXPECT_EQ(Ctl({"call", "list", "--limit", "5"}), kExitUsage);
  EXPECT_EQ(Ctl({"health", "nowhere"}), kExitUsage);
}

TEST_F(RunTest, PrintsHelpWithoutAskingAnybody) {
  EXPECT_EQ(Ctl({"help", "seat", "sign-in"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("--heartbeat SPAN"));
  EXPECT_EQ(Ctl({"help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("call list"));
}

TEST_F(RunTest, ListsSeatsAsTableAndAsJson) {
  router::v1::Seat seat;
  seat.set_seat_id("s1");
  seat.set_state(router::v1::Seat::STATE_NOT_READY);
  seat.set_reason("break");
  seat.set_extension("8001");
  seat.add_queues("general");
  router::v1::SkillLevel& skill = *seat.add_skills();
  skill.set_skill("labour");
  skill.set_level(4);
  active_.seats = {seat};
  EXPECT_EQ(Ctl({"seat", "list"}), 0);
  EXPECT_EQ(
      out_.str(),
      "SEAT  STATE              FOR  CALL  AGENT  PHONE  ANSWERED  TALK  QUEUES   SKILLS\n"
      "s1    not ready (break)    -  -     -      8001          0  0.0s  general  labour:4\n");
  EXPECT_EQ(Json({"seat", "list"}),
            boost::json::parse(
                R"([{"id": "s1", "state": "not_ready", "reason": "break", "state_time": null,
                     "call": null, "agent": null, "extension": "8001", "queues": ["general"],
                     "skills": {"labour": 4}, "wrap_up_end_time": null, "answered": 0,
                     "talk_ms": 0}])"));
}

TEST_F(RunTest, PrintsEndedCallsWithResultTimesAndLegs) {
  active_.ended = {AnsweredCall("0000000000ABC")};
  const boost::json::value json = Json({"call", "list", "--ended"});
  ASSERT_EQ(json.as_array().size(), 1U);
  const boost::json::object& call = json.at(0).as_object();
  EXPECT_EQ(call.at("id"), "0000000000ABC");
  EXPECT_EQ(call.at("result"), "T01");
  EXPECT_EQ(call.at("cause"), "caller_hung_up");
  EXPECT_EQ(call.at("queue"), "general");
  EXPECT_EQ(call.at("entry"), "direct");
  EXPECT_EQ(call.at("arrive_time"), "2026-02-25T06:13:20.000Z");
  EXPECT_EQ(call.at("answer_time"), "2026-02-25T06:13:30.250Z");
  EXPECT_EQ(call.at("wait_ms"), 3250);
  EXPECT_EQ(call.at("answered_by"), boost::json::parse(R"({"kind": "seat", "id": "s1"})"));
  ASSERT_EQ(call.at("legs").as_array().size(), 2U);
  EXPECT_EQ(call.at("legs").at(0).at("target").at("kind"), "caller");
  EXPECT_EQ(call.at("legs").at(1),
            boost::json::parse(R"({"target": {"kind": "seat", "id": "s2"}, "invite_time": null,
                                   "ring_time": null, "answer_time": null, "end_time": null,
                                   "end": "declined", "sip_status": 486})"));
  EXPECT_EQ(Ctl({"call", "list", "--ended"}), 0);
  EXPECT_THAT(out_.str(),
              HasSubstr("general  direct  T01     caller_hung_up  3.2s   29s  seat s1"));
}

TEST_F(RunTest, PagesThroughEndedCallsUpToTheLimit) {
  for (int i = 0; i < 450; ++i) active_.ended.push_back(AnsweredCall("call" + std::to_string(i)));
  EXPECT_EQ(Json({"call", "list", "--ended"}).as_array().size(), 100U);
  EXPECT_EQ(Json({"call", "list", "--ended", "--limit", "250"}).as_array().size(), 250U);
  EXPECT_EQ(Json({"call", "list", "--ended", "--limit", "0"}).as_array().size(), 450U);
  EXPECT_THAT(active_.pages(), ElementsAre(100, 200, 50, 200, 200, 200));
}

TEST_F(RunTest, PrintsFiguresAsNumbersAndRatesAsFractions) {
  active_.stats.set_offered(10);
  active_.stats.set_answered(7);
  active_.stats.set_escalated_answered(1);
  active_.stats.set_abandoned(1);
  active_.stats.set_open(1);
  active_.stats.mutable_connect_rate_a()->set_numerator(8);
  active_.stats.mutable_connect_rate_a()->set_denominator(9);
  for (int i = 0; i < 14; ++i) active_.stats.add_results(static_cast<uint64_t>(i));
  const boost::json::value json = Json({"stats", "--window", "15m"});
  EXPECT_EQ(json.at("offered"), 10);
  EXPECT_EQ(json.at("escalated_answered"), 1);
  EXPECT_EQ(json.at("failed"), 0);
  EXPECT_EQ(json.at("connect_rate_a"), boost::json::parse(R"({"numerator": 8, "denominator": 9})"));
  EXPECT_EQ(json.at("connect_rate_b").at("denominator"), 0);
  EXPECT_EQ(json.at("results").at("T01"), 0);
  EXPECT_EQ(json.at("results").at("T14"), 13);
  EXPECT_EQ(active_.last_stats_request.window().seconds(), 900);
  EXPECT_EQ(Ctl({"stats", "--today"}), 0);
  EXPECT_TRUE(active_.last_stats_request.today());
  EXPECT_THAT(out_.str(), HasSubstr("8/9 88.9 %"));
}

TEST_F(RunTest, WatchPrintsBlocksWhereThereIsNoTerminal) {
  active_.stats.set_offered(10);
  EXPECT_EQ(Ctl({"watch", "--count", "1"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("area demo, router-2 active, epoch 2"));
  EXPECT_THAT(out_.str(), HasSubstr("offered 10 ="));
  const boost::json::value json = Json({"watch", "--count", "1"});
  EXPECT_EQ(json.at("area").at("router"), "router-2");
  EXPECT_EQ(json.at("stats").at("offered"), 10);
}

TEST_F(RunTest, StatusShowsEveryRouterAndFailsIfOneIsMissing) {
  const boost::json::value json = Json({"status"});
  EXPECT_EQ(json.at("healthy"), true);
  EXPECT_EQ(json.at("routers").at(0).at("area").at("role"), "standby");
  EXPECT_EQ(json.at("routers").at(1).at("area").at("role"), "active");
  EXPECT_EQ(Ctl({"status", "--call", "127.0.0.1:1"}), kExitFailed);
  EXPECT_THAT(out_.str(), HasSubstr("no answer"));
}

}  // namespace
}  // namespace hotline::ctl
