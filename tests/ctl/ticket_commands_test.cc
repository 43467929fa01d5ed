// hotline-ctl ticket … against a real ticket service: a matter from the counter to its end.
#include <sys/stat.h>

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "services/ctl/identity.h"
#include "services/ctl/run.h"
#include "services/runtime/access.h"
#include "tests/runtime/temp_dir.h"
#include "tests/ticket/service/ticket_fixture.h"

namespace hotline::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kOperator[] = "opr1/operator";
constexpr char kDispatcher[] = "dsp1/city_dispatcher";
constexpr char kCounty[] = "cds1/county_dispatcher/x@/city/x";
constexpr char kClerk[] = "stn1/station_clerk/stn-a@/city/x/a";
constexpr char kOtherClerk[] = "stn2/station_clerk/stn-b@/city/x/b";
constexpr char kCaller[] = "cbk1/follow_up";
constexpr char kSupervisor[] = "sup1/supervisor";
constexpr char kUnitA[] = "stn-a@/city/x/a";
constexpr char kUnitB[] = "stn-b@/city/x/b";

class TicketCommandsTest : public ::testing::Test {
 protected:
  TicketCommandsTest() {
    WriteFile(dir_.File("key"), std::string(AccessKey::kBytes, 'k'));
    chmod(dir_.File("key").c_str(), 0600);
    fixture_.Start();
  }

  int Ctl(std::vector<std::string> arguments, const std::string& who = "") {
    out_.str("");
    err_.str("");
    arguments.insert(arguments.begin(), "ticket");
    arguments.push_back("--ticket=" + fixture_.server().address().ToString());
    arguments.push_back("--access-key=" + dir_.File("key"));
    if (!who.empty()) arguments.push_back("--as=" + who);
    const Surroundings surroundings{
        .program = "hotline-ctl",
        .environment = [](const std::string& name) -> std::optional<std::string> {
          if (name == "HOTLINE_AREA") return "test";
          return std::nullopt;
        },
        .out = out_,
        .err = err_};
    return ctl::Run(arguments, surroundings);
  }

  /// Runs it for somebody, and it must work.
  void Do(const std::string& who, std::vector<std::string> arguments) {
    const std::string what = arguments.front();
    arguments.insert(arguments.begin() + 1, number_);
    EXPECT_EQ(Ctl(arguments, who), kExitDone) << what << ": " << err_.str();
  }

  /// Runs it for somebody, and it must be refused so.
  void Refused(const std::string& who, std::vector<std::string> arguments,
               const std::string& sentence) {
    arguments.insert(arguments.begin() + 1, number_);
    EXPECT_EQ(Ctl(arguments, who), kExitFailed) << out_.str();
    EXPECT_THAT(err_.str(), HasSubstr(sentence));
  }

  boost::json::value Json(std::vector<std::string> arguments, const std::string& who = "") {
    arguments.push_back("--json");
    EXPECT_EQ(Ctl(arguments, who), kExitDone) << err_.str();
    return boost::json::parse(out_.str());
  }

  void Open() {
    number_ = Json({"open", "--title=相邻纠纷", "--category=mediation"}, kOperator)
                  .at("ticket_no")
                  .as_string();
    Do(kOperator, {"register"});
  }

  TempDir dir_;
  ticket::TicketFixture fixture_;
  std::ostringstream out_, err_;
  std::string number_;
};

TEST_F(TicketCommandsTest, ANumberOfAnotherSystemIsOpenedOnce) {
  const std::vector<std::string> open = {"open", "--source=12345", "--external-number=E-778"};
  const auto first = Json(open, kOperator), again = Json(open, "opr2/operator");
  EXPECT_EQ(first.at("ticket_no"), again.at("ticket_no"));
  EXPECT_EQ(Ctl({"open", "--external-number=E-778"}, kOperator), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("external_source"));
}

TEST_F(TicketCommandsTest, AMatterFromTheCounterToItsEnd) {
  Open();
  EXPECT_THAT(out_.str(), HasSubstr(number_ + " is registered, version 2, owed: dispatch "));
  Do(kOperator, {"edit", "--demand=围墙越界", "--groups=elderly"});
  Do(kOperator, {"classify", "--no-voice=yes"});
  Do(kOperator, {"green-channel"});
  Do(kDispatcher, {"dispatch", std::string("--unit=") + kUnitA, "--limit=3wd", "--rules=R4"});
  EXPECT_THAT(out_.str(), HasSubstr("with stn-a"));
  Do(kClerk, {"accept"});
  Refused(kClerk, {"submit", "--text=已调解"}, "the contact with the citizen is not recorded");
  Do(kClerk, {"contact", "--channel=sms", "--reached", "--text=已联系"});
  Do(kClerk, {"evidence", "--sha256=abc"});
  Do(kClerk, {"submit", "--text=已调解"});
  Do(kCounty, {"pass", "--text=已调解"});
  Do(kCaller, {"satisfied", "--channel=sms"});
  EXPECT_THAT(out_.str(), HasSubstr("is closed (handled)"));
  Do(kSupervisor, {"reopen", "--text=又砌了墙"});
  EXPECT_THAT(out_.str(), HasSubstr("is rework"));

  EXPECT_EQ(Ctl({"history", number_}), kExitDone);
  EXPECT_THAT(out_.str(), HasSubstr("dsp1: dispatch → stn-a"));
  EXPECT_THAT(out_.str(), HasSubstr("by rules: R4"));
  EXPECT_THAT(out_.str(), HasSubstr("“已调解”"));
  const auto shown = Json({"show", number_});
  EXPECT_EQ(shown.at("ticket").at("lead"), "stn-a");
  EXPECT_EQ(shown.at("ticket").at("marks").at("priority"), "P2");
  EXPECT_GT(shown.at("events").as_array().size(), 8U);
}

TEST_F(TicketCommandsTest, AnIllegalStepSaysWhichOnesAreLegalAndForWhom) {
  Open();
  Refused(kDispatcher, {"rule", std::string("--unit=") + kUnitA, "--text=x"},
          "a ticket that is registered cannot be changed by \"rule\"");
  EXPECT_THAT(err_.str(), HasSubstr("open to you now: ask_info, merge, dispatch"));
  EXPECT_THAT(err_.str(), HasSubstr("dispatch"));
  EXPECT_THAT(err_.str(), HasSubstr("withdraw (citizen, operator, expert, station_clerk)"));
  EXPECT_EQ(Ctl({"dispatch", number_}, kDispatcher), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("ticket dispatch needs --unit"));
  EXPECT_EQ(Ctl({"dispatch", number_, "--unit=stn-a"}, kDispatcher), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("write stn-a@/city/county/station"));
  Do(kDispatcher, {"dispatch", std::string("--unit=") + kUnitA});
  // Who may not even know of it is told nothing of its steps.
  Refused(kOtherClerk, {"accept"}, "there is no such ticket");
  EXPECT_THAT(err_.str(), Not(HasSubstr("open to you")));
}

TEST_F(TicketCommandsTest, AReturnAndAnExtensionAreAskedByOneAndDecidedByAnother) {
  Open();
  Do(kDispatcher,
     {"dispatch", std::string("--unit=") + kUnitA, std::string("--fallback=") + kUnitA});
  Do(kClerk,
     {"return", "--reason=wrong_place", "--basis=附地图", std::string("--suggest=") + kUnitB});
  Do(kCounty, {"uphold-return", "--text=确属 B 镇"});
  EXPECT_THAT(out_.str(), HasSubstr("is to_dispatch"));
  Refused(kCounty, {"dispatch", std::string("--unit=") + kUnitA}, "has given the ticket back");
  Do(kCounty, {"dispatch", std::string("--unit=") + kUnitB});
  Do(kOtherClerk, {"accept"});
  Do(kOtherClerk, {"ask-extension", "--limit=5wd", "--text=等鉴定"});
  EXPECT_THAT(out_.str(), HasSubstr("extend asked by stn2"));
  Refused(kDispatcher, {"grant-extension"}, "an extension is for a supervisor to approve");
  Do(kSupervisor, {"grant-extension"});
  Do(kSupervisor, {"supervise", "--text=书面答复"});
  Do(kOtherClerk, {"answer-order", "--order=1", "--text=已安排"});
  Do(kOtherClerk, {"ask-suspend", "--reason=appraisal", "--text=等鉴定"});
  Do(kSupervisor, {"suspend"});
  EXPECT_THAT(out_.str(), HasSubstr("is suspended"));
  Do(kOtherClerk, {"resume"});
}

TEST_F(TicketCommandsTest, ListsWhatIsOwedByWhomAndCountsIt) {
  Open();
  Do(kDispatcher, {"dispatch", std::string("--unit=") + kUnitA});
  EXPECT_EQ(Json({"list", "--mine"}, kClerk).as_array().size(), 1U);
  EXPECT_EQ(Json({"list", "--mine"}, kOtherClerk).as_array().size(), 0U);
  EXPECT_EQ(Json({"list", "--unit=stn-a", "--state=dispatched"}, kDispatcher).as_array().size(),
            1U);
  EXPECT_EQ(Json({"list", "--due-soon=240h"}, kDispatcher).at(0).at("owed"), "accept");
  EXPECT_EQ(Json({"list", "--overdue"}, kDispatcher).as_array().size(), 0U);
  EXPECT_EQ(Json({"count"}, kSupervisor).at(0).at("state"), "dispatched");
  EXPECT_EQ(Ctl({"list", "--mine"}, kDispatcher), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("this account has no organisation"));
  EXPECT_EQ(Ctl({"list", "--state=nowhere"}), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("there are draft, registered"));
}

TEST_F(TicketCommandsTest, ANumberIsUnmaskedOnlyWithAReason) {
  Open();
  EXPECT_EQ(Ctl({"unmask", number_}, kOperator), kExitUsage);
  EXPECT_THAT(err_.str(), HasSubstr("needs --reason"));
  Do(kOperator, {"unmask", "--reason=回电"});
  EXPECT_EQ(out_.str(), "the number is not known\n");
  EXPECT_EQ(Ctl({"history", number_}), kExitDone);
  EXPECT_THAT(out_.str(), HasSubstr("opr1: unmask"));
}

TEST_F(TicketCommandsTest, EveryStepOfPeopleHasItsCommand) {
  EXPECT_EQ(Ctl({"--help"}), kExitDone);
  const std::string help = out_.str();
  for (const char* words : {"open",
                            "edit",
                            "register",
                            "classify",
                            "dispatch",
                            "accept",
                            "return",
                            "rule",
                            "sub-dispatch",
                            "co-handler",
                            "suspend",
                            "resume",
                            "ask-extension",
                            "grant-extension",
                            "refuse-extension",
                            "submit",
                            "pass",
                            "send-back",
                            "satisfied",
                            "dissatisfied",
                            "no-answer",
                            "unreachable",
                            "reopen",
                            "refer",
                            "receipt",
                            "refer-back",
                            "merge",
                            "unmerge",
                            "part",
                            "withdraw",
                            "crisis",
                            "green-channel",
                            "supervise",
                            "answer-order",
                            "close",
                            "unmask",
                            "history",
                            "list",
                            "watch",
                            "count"}) {
    EXPECT_THAT(help, HasSubstr(std::string("  ticket ") + words + " "));
  }
}

TEST(IdentityTest, SaysWhatIsWrongWithIt) {
  const auto clerk = ParseIdentity("stn1/station_clerk,follow_up/stn-a@/city/x/a", "test");
  ASSERT_TRUE(clerk.ok());
  EXPECT_EQ(clerk->org(), "stn-a");
  EXPECT_EQ(clerk->org_path(), "/city/x/a");
  EXPECT_EQ(clerk->roles_size(), 2);
  EXPECT_THAT(ParseIdentity("stn1", "test").status().message(), HasSubstr("NAME/ROLES"));
  EXPECT_THAT(ParseIdentity("stn1/king", "test").status().message(),
              HasSubstr("there are citizen, operator"));
  EXPECT_FALSE(ParseIdentity("stn1/expert/a@b", "test").ok());
}

}  // namespace
}  // namespace hotline::ctl
