#include "services/ctl/command_line.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::ctl {
namespace {

using ::testing::HasSubstr;

const std::vector<Command>& Commands() {
  static const std::vector<Command> commands = {
      {.words = "seat ready", .operands = "ID", .summary = "take calls"},
      {.words = "seat sign-in",
       .operands = "ID",
       .summary = "sign in",
       .options = {{"--agent", Takes::kText, "ACCOUNT", "who"},
                   {"--heartbeat", Takes::kSpan, "SPAN", "how often"}}},
      {.words = "call list",
       .summary = "calls",
       .options = {{"--ended", Takes::kNothing, "", "ended ones"},
                   {"--limit", Takes::kCount, "N", "how many"}}},
      {.words = "stats", .summary = "figures"}};
  return commands;
}

absl::StatusOr<Request> Parse(const std::vector<std::string>& arguments) {
  return ParseCommandLine(Commands(), arguments);
}

std::string ErrorOf(const std::vector<std::string>& arguments) {
  const absl::StatusOr<Request> request = Parse(arguments);
  if (request.ok()) return "no error";
  EXPECT_TRUE(IsUsageError(request.status()));
  return std::string(request.status().message());
}

TEST(CommandLineTest, FindsCommandOperandsAndOptionsInAnyOrder) {
  const auto request = Parse({"--routers", "a:1,b:2", "seat", "--json", "sign-in", "s1",
                              "--heartbeat=15s", "--agent", "7"});
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->command->words, "seat sign-in");
  EXPECT_EQ(request->arguments.operand(0), "s1");
  EXPECT_EQ(request->arguments.Text("--routers"), "a:1,b:2");
  EXPECT_EQ(request->arguments.Text("--agent"), "7");
  EXPECT_EQ(request->arguments.Span("--heartbeat", absl::ZeroDuration()), absl::Seconds(15));
  EXPECT_TRUE(request->arguments.Has("--json"));
  EXPECT_FALSE(request->help);
}

TEST(CommandLineTest, ReturnsFallbacksForOptionsNotGiven) {
  const auto request = Parse({"call", "list"});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->arguments.Count("--limit", 100), 100);
  EXPECT_EQ(request->arguments.Text("--routers", "none"), "none");
  EXPECT_FALSE(request->arguments.Has("--ended"));
}

TEST(CommandLineTest, TakesWhatFollowsTwoDashesAsOperands) {
  const auto request = Parse({"seat", "ready", "--", "--strange"});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->arguments.operand(0), "--strange");
}

TEST(CommandLineTest, NamesTheWrongArgument) {
  EXPECT_THAT(ErrorOf({"seat", "dance"}), HasSubstr("no command \"seat dance\""));
  EXPECT_THAT(ErrorOf({"seat"}), HasSubstr("one more word"));
  EXPECT_THAT(ErrorOf({"--json"}), HasSubstr("which command"));
  EXPECT_THAT(ErrorOf({"seat", "ready"}), HasSubstr("usage: hotline-ctl seat ready ID"));
  EXPECT_THAT(ErrorOf({"seat", "ready", "s1", "s2"}), HasSubstr("usage"));
  EXPECT_THAT(ErrorOf({"stats", "--ended"}), HasSubstr("stats has no option --ended"));
  EXPECT_THAT(ErrorOf({"stats", "--timeout"}), HasSubstr("--timeout needs a value"));
  EXPECT_THAT(ErrorOf({"stats", "--timeout", "soon"}), HasSubstr("\"soon\" is no time span"));
  EXPECT_THAT(ErrorOf({"stats", "--timeout", "-3s"}), HasSubstr("no time span"));
  EXPECT_THAT(ErrorOf({"stats", "--json=yes"}), HasSubstr("takes no value"));
  EXPECT_THAT(ErrorOf({"call", "list", "--limit", "many"}), HasSubstr("\"many\" is no count"));
  EXPECT_THAT(ErrorOf({"call", "list", "--limit", "-1"}), HasSubstr("no count"));
}

TEST(CommandLineTest, UnderstandsEveryWayToAskForHelp) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"help", "seat", "ready"}, {"seat", "ready", "--help"}, {"seat", "ready", "-h"}}) {
    const auto request = Parse(arguments);
    ASSERT_TRUE(request.ok()) << request.status();
    EXPECT_TRUE(request->help);
    ASSERT_NE(request->command, nullptr);
    EXPECT_EQ(request->command->words, "seat ready");
  }
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{}, {"help"}, {"--help"}}) {
    const auto request = Parse(arguments);
    ASSERT_TRUE(request.ok()) << request.status();
    EXPECT_TRUE(request->help);
    EXPECT_EQ(request->command, nullptr);
    EXPECT_EQ(request->noun, "");
  }
  EXPECT_EQ(Parse({"help", "seat"})->noun, "seat");
}

TEST(CommandLineTest, ListsTheCommandsOfANoun) {
  const std::string text = Overview(Commands(), "seat");
  EXPECT_THAT(text, HasSubstr("seat ready ID"));
  EXPECT_EQ(text.find("call list"), std::string::npos);
  EXPECT_THAT(Overview(Commands()), HasSubstr("call list"));
}

TEST(CommandLineTest, ExplainsACommandWithItsOptions) {
  const std::string text = Explain(Commands()[1]);
  EXPECT_THAT(text,
              HasSubstr("usage: hotline-ctl seat sign-in ID [--agent ACCOUNT] [--heartbeat SPAN]"));
  EXPECT_THAT(text, HasSubstr("--json"));
}

}  // namespace
}  // namespace hotline::ctl
