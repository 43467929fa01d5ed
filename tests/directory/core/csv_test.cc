#include "services/directory/core/csv.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hotline::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Csv, ReadsQuotesLineBreaksAndTheByteOrderMark) {
  std::vector<Problem> problems;
  const Sheet sheet = ParseCsv("f", "t",
                               "\xef\xbb\xbf"
                               "a,b\r\n\"x, \"\"y\"\"\",\"1\n2\"\r\n\r\nlast,",
                               problems);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_THAT(sheet.columns, ElementsAre("a", "b"));
  EXPECT_THAT(sheet.lines,
              ElementsAre(SheetLine{2, {"x, \"y\"", "1\n2"}}, SheetLine{5, {"last", ""}}));
}

TEST(Csv, SaysWhatIsWrongAndGoesOn) {
  std::vector<Problem> problems;
  const Sheet sheet = ParseCsv("f", "t", "a,b\n1\nx\"y,2\n\"q\"z,2\n3,4\n\"open,5\n", problems);
  EXPECT_THAT(sheet.lines, ElementsAre(SheetLine{5, {"3", "4"}}));
  std::string text;
  for (const Problem& problem : problems) text += FormatProblem(problem) + "\n";
  EXPECT_EQ(text,
            "f:2: error: has 1 cells; the first line names 2 columns\n"
            "f:3: error: has a quote inside a cell that does not start with one\n"
            "f:4: error: has text behind a closing quote\n"
            "f:6: error: has a quote that is never closed\n");
}

TEST(Csv, AnEmptyFileHasNoTable) {
  std::vector<Problem> problems;
  EXPECT_EQ(ParseCsv("f", "t", "\n", problems).header_line, 0);
  EXPECT_EQ(problems.size(), 1u);
}

TEST(Csv, WhatItWritesItReads) {
  Sheet sheet{.file = "f", .table = "t", .header_line = 1, .columns = {"a", "b"}};
  sheet.lines = {{2, {"1,2", "\"q\""}}, {3, {"", "漢字"}}};
  std::vector<Problem> problems;
  EXPECT_EQ(ParseCsv("f", "t", FormatCsv(sheet), problems).lines, sheet.lines);
}

}  // namespace
}  // namespace hotline::directory
