// hotline-ctl due: no server, a calendar file and three options.
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/ctl/run.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::ctl {
namespace {

using testing::HasSubstr;

class DueTest : public testing::Test {
 protected:
  DueTest() {
    WriteFile(calendar_, R"(time_zone: Asia/Shanghai
working_hours: ["09:00-12:00", "13:30-17:30"]
holidays: [2026-09-25, 2026-10-01, 2026-10-02, 2026-10-03, 2026-10-04, 2026-10-05, 2026-10-06, 2026-10-07]
make_up_days: [2026-09-20, 2026-10-10]
)");
  }

  int Due(const std::string& received, const std::string& limit, bool json = false) {
    out_.str("");
    err_.str("");
    std::vector<std::string> arguments = {"due",    "--calendar", calendar_, "--received",
                                          received, "--limit",    limit};
    if (json) arguments.emplace_back("--json");
    return ctl::Run(arguments, {.program = "hotline-ctl",
                                .environment = [](const std::string&) { return std::nullopt; },
                                .out = out_,
                                .err = err_});
  }

  TempDir dir_;
  std::string calendar_ = dir_.File("calendar.yaml");
  std::ostringstream out_, err_;
};

TEST_F(DueTest, SaysTheDeadlineInTheCalendarsZone) {
  EXPECT_EQ(Due("2026-09-28T10:00:00+08:00", "5wd", /*json=*/true), 0) << err_.str();
  EXPECT_EQ(out_.str(), "{\"due\":\"2026-10-11T00:00:00+08:00\"}\n");
  EXPECT_EQ(Due("2026-09-28T02:00:00Z", "4wh", /*json=*/true), 0);
  EXPECT_EQ(out_.str(), "{\"due\":\"2026-09-28T15:30:00+08:00\"}\n");
  EXPECT_EQ(Due("2026-10-02T23:40:00.000+08:00", "6h", /*json=*/true), 0);
  EXPECT_EQ(out_.str(), "{\"due\":\"2026-10-03T05:40:00+08:00\"}\n");
  EXPECT_EQ(Due("2026-09-28T10:00:00+08:00", "15d"), 0);
  EXPECT_EQ(out_.str(), "2026-10-14T00:00:00+08:00  (Tue 2026-10-13 24:00)\n");
  EXPECT_EQ(Due("2026-10-02T23:40:00.125+08:00", "6h"), 0);
  EXPECT_EQ(out_.str(), "2026-10-03T05:40:00.125+08:00  (Sat 2026-10-03 05:40:00.125)\n");
}

TEST_F(DueTest, AMistakeIsASentence) {
  EXPECT_EQ(Due("2026-09-28T10:00:00", "5wd"), 2);
  EXPECT_THAT(err_.str(), HasSubstr("is no time with its zone"));
  EXPECT_EQ(Due("infinite-future", "5wd"), 2);
  EXPECT_THAT(err_.str(), HasSubstr("is no time with its zone"));
  EXPECT_EQ(Due("2026-09-28T10:00:00+08:00", "5weeks"), 2);
  EXPECT_THAT(err_.str(), HasSubstr("\"5weeks\" is no time limit"));
  WriteFile(calendar_, "time_zone: 8\nworking_hours: 9-5\n");
  EXPECT_EQ(Due("2026-09-28T10:00:00+08:00", "5wd"), 2);
  EXPECT_THAT(err_.str(), HasSubstr("calendar.yaml"));
  calendar_ = dir_.File("nowhere.yaml");
  EXPECT_EQ(Due("2026-09-28T10:00:00+08:00", "5wd"), 2);
  EXPECT_THAT(err_.str(), HasSubstr("No such file"));
}

TEST_F(DueTest, SaysWhichOptionIsMissing) {
  EXPECT_EQ(ctl::Run({"due", "--limit", "5wd"},
                     {.program = "hotline-ctl",
                      .environment = [](const std::string&) { return std::nullopt; },
                      .out = out_,
                      .err = err_}),
            2);
  EXPECT_THAT(err_.str(), HasSubstr("due needs --calendar"));
}

}  // namespace
}  // namespace hotline::ctl
