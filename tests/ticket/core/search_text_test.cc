#include "services/ticket/core/search_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::ticket {
namespace {

TEST(SearchTextTest, FullWidthAndUpperCaseAreTheSame) {
  EXPECT_EQ(SearchForm("ＡＢｃ１３８～　x 律师 😀"), "abc138~ x 律师 😀");
  EXPECT_EQ(SearchForm("\xef\xbc"), "\xef\xbc") << "a cut character stays as it is";
}

TEST(SearchTextTest, ATicketIsFoundByNumberTitleDemandAndName) {
  Ticket ticket;
  ticket.ticket_no = "GD1";
  ticket.content = {.title = "工资", .demand = "拖欠", .answer = "不搜", .citizen_name = "某甲"};
  EXPECT_EQ(SearchTextOf(ticket), "gd1\n工资\n拖欠\n某甲");
}

TEST(SearchTextTest, WordsAreSplitAtBlanksOfAnyWidth) {
  EXPECT_THAT(SearchWords(" 工资　GD1\n"), testing::ElementsAre("工资", "gd1"));
  EXPECT_EQ(SearchWords("1 2 3 4 5 6 7 8 9 10").size(), kMaxSearchWords);
}

}  // namespace
}  // namespace hotline::ticket
