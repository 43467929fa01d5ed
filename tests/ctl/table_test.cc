#include "services/ctl/table.h"

#include "gtest/gtest.h"

namespace hotline::ctl {
namespace {

TEST(TableTest, AlignsColumnsAndMarksEmptyCells) {
  Table table({"SEAT", "WAIT>", "CALL"});
  table.Add({"s1", "3.2s", "0ABC"});
  table.Add({"s8002", "", "0ABCDEF"});
  table.Add({"s3"});
  EXPECT_EQ(table.Render(),
            "SEAT   WAIT  CALL\n"
            "s1     3.2s  0ABC\n"
            "s8002     -  0ABCDEF\n"
            "s3        -  -\n");
}

TEST(TableTest, ShowsOnlyTheHeadingWithoutRows) {
  const Table table({"SEAT", "WAIT>"});
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.Render(), "SEAT  WAIT\n");
}

TEST(TableTest, CountsCharactersNotBytes) {
  EXPECT_EQ(Width("µ-law…"), 6U);
  EXPECT_EQ(Clip("µ-law…", 3), "µ-l");
  EXPECT_EQ(Clip("short", 80), "short");
  EXPECT_EQ(Clip("none", 0), "");
}

}  // namespace
}  // namespace hotline::ctl
