#include "services/ticket/core/content.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::ticket {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> FieldsOf(const std::vector<Problem>& problems) {
  std::vector<std::string> fields;
  for (const Problem& problem : problems) fields.push_back(problem.field);
  return fields;
}

std::string Repeat(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST(ContentTest, EveryProblemIsReportedAtOnce) {
  Content content{.category = static_cast<Category>(9),
                  .title = Repeat("律", 101),
                  .demand = Repeat("x", 5001),
                  .answer = "bell\a",
                  .groups = {"elderly", "wizard", "elderly"},
                  .citizen_name = "two\nlines",
                  .division = "12345",
                  .outcomes = {"B00", "B24", "B23", "b01"},
                  .language = "zh_CN"};
  EXPECT_THAT(
      FieldsOf(CheckContent(content)),
      ElementsAre("category", "title", "demand", "answer", "groups", "groups", "citizen_name",
                  "division", "outcomes", "outcomes", "outcomes", "language"));
}

TEST(ContentTest, LimitsCountCharactersNotBytes) {
  EXPECT_THAT(CheckContent({.title = Repeat("律", 100), .demand = Repeat("😀", 5000)}), IsEmpty());
  const auto problems = CheckContent({.title = Repeat("律", 101)});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].limit, 100);
  EXPECT_EQ(problems[0].code, Problem::Code::kTooLong);
  EXPECT_EQ(problems[0].sentence, "title has 101 characters; at most 100 are allowed");
}

TEST(ContentTest, WhatPeopleWriteIsText) {
  EXPECT_THAT(
      CheckContent({.title = "'; DROP TABLE ticket; -- <script>", .demand = "１３８ 𠮷 é\r\n\t"}),
      IsEmpty());
  EXPECT_EQ(CountCharacters("𠮷é"), 2);
  for (const char* broken : {"\xff", "\xc0\x80", "\xe5\xbe", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_EQ(CountCharacters(broken), -1);
  }
  EXPECT_THAT(FieldsOf(CheckContent({.answer = std::string("a\0b", 3)})), ElementsAre("answer"));
}

TEST(ContentTest, AProblemNeverRepeatsWhatWasWritten) {
  const auto problems = CheckContent({.groups = {"13812341234"}, .division = "13812341234x"});
  for (const Problem& problem : problems) {
    EXPECT_EQ(problem.sentence.find("13812341234"), std::string::npos);
  }
}

TEST(ContentTest, FieldsAreComparedAndCopiedByName) {
  const Content a{.title = "a", .groups = {"minor"}};
  Content b{.title = "b", .answer = "stays"};
  EXPECT_THAT(DifferingFields(a, b), ElementsAre("title", "answer", "groups"));
  CopyFields(a, std::vector<std::string>{"title", "groups", "nothing"}, b);
  EXPECT_EQ(b, (Content{.title = "a", .answer = "stays", .groups = {"minor"}}));
  EXPECT_THAT(FieldsOf(CheckFieldNames(std::vector<std::string>{"title", "nothing"})),
              ElementsAre("update_mask"));
}

TEST(ContentTest, ClosingNeedsCategoryAnswerAndOutcome) {
  EXPECT_THAT(FieldsOf(MissingForClosing({.answer = " \n"})),
              ElementsAre("category", "answer", "outcomes"));
  EXPECT_THAT(
      MissingForClosing({.category = Category::kAdvice, .answer = "三年", .outcomes = {"B01"}}),
      IsEmpty());
}

}  // namespace
}  // namespace hotline::ticket
