#include "services/directory/core/check.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/directory/core/csv.h"
#include "services/directory/core/read.h"

namespace hotline::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// The errors of some tables as CSV, without what other tables would have to say.
std::vector<std::string> ErrorsOf(const std::string& table, const std::string& csv,
                                  const std::string& part) {
  std::vector<Problem> problems;
  const Draft draft = ReadSheets({ParseCsv("f", table, csv, problems)});
  for (const Problem& problem : Check(draft.directory, draft.files, absl::CivilDay(2026, 11, 23))) {
    problems.push_back(problem);
  }
  for (const Problem& problem : draft.problems) problems.push_back(problem);
  std::vector<std::string> found;
  for (const Problem& problem : problems) {
    if (problem.reason.find(part) != std::string::npos) found.push_back(FormatProblem(problem));
  }
  return found;
}

TEST(DirectoryCheck, AVillageHasOneAdviserAtATimeInWhateverOrderTheyAreWritten) {
  EXPECT_THAT(
      ErrorsOf("advisers",
               "village,person,from,until\n"
               "v,p1,2025-01-01,2025-12-31\n"
               "v,p1,2027-01-01,2027-12-31\n"
               "v,p2,2025-06-01,2025-12-31\n",
               "two advisers"),
      ElementsAre("f:4: error: from: v/p2/2025-06-01: the village has two advisers at a time"));
  EXPECT_THAT(ErrorsOf("advisers",
                       "village,person,from,until\nv,p1,2025-01-01,\nv,p2,2025-06-01,2025-07-01\n"
                       "v,p3,2025-08-01,\n",
                       "two advisers"),
              SizeIs(2));
}

TEST(DirectoryCheck, ALongShiftIsSeenBehindAShortOneAndSubstitutesCount) {
  const std::string head = "roster,start,end,organisation,person,substitute\n";
  EXPECT_THAT(ErrorsOf("duties",
                       head + "r1,2026-11-23 08:00,2026-11-23 20:00,o,p,x\n"
                              "r2,2026-11-23 09:00,2026-11-23 10:00,o,p,y\n"
                              "r3,2026-11-23 12:00,2026-11-23 13:00,o,p,z\n",
                       "at the same time"),
              SizeIs(2));
  EXPECT_THAT(
      ErrorsOf("duties",
               head + "r1,2026-11-23 08:00,2026-11-23 20:00,o,p,x\n"
                      "r2,2026-11-23 09:00,2026-11-23 10:00,o,q,p\n",
               "at the same time"),
      ElementsAre("f:3: error: substitute: r2/2026-11-23 09:00/q: \"p\" is needed in \"r1\" at "
                  "the same time"));
}

TEST(DirectoryCheck, LimitsAreWhatTicketsUnderstand) {
  const std::string head = "code,version,part,name,name_en,category,limit\n";
  EXPECT_THAT(ErrorsOf("services", head + "a,1,core,n,n,c,0wd\n", "is no limit"), SizeIs(1));
  EXPECT_THAT(ErrorsOf("services", head + "a,1,core,n,n,c,same-day\n", "is no limit"), IsEmpty());
}

TEST(DirectoryCheck, TheMinistrysCategoriesStandAlone) {
  EXPECT_THAT(
      ErrorsOf("categories", "id,parent,name,name_en\nconsult,legal_aid,n,n\n", "must be empty"),
      SizeIs(1));
}

TEST(DirectoryCheck, OnlyUtf8IsText) {
  for (const char* text : {"\xe0\x80\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xc3", "\xff"}) {
    EXPECT_FALSE(IsUtf8(text));
    EXPECT_THAT(ErrorsOf("skills", std::string("id,name,name_en\na,") + text + ",n\n", "UTF-8"),
                SizeIs(1));
    for (const std::string& shown :
         ErrorsOf("skills", std::string("id,name,name_en,") + text + "\na,b,c,d\n", "no column")) {
      EXPECT_TRUE(IsUtf8(shown));
    }
  }
  EXPECT_TRUE(IsUtf8("漢字 😀 é"));
}

TEST(DirectoryCheck, WarningsNeverKeepAnErrorOut) {
  std::vector<Problem> problems;
  for (size_t i = 0; i < 2 * kMaxProblems; ++i) {
    AddProblem(problems, {.severity = Problem::Severity::kWarning, .reason = "w"});
  }
  EXPECT_FALSE(HasErrors(problems));
  AddProblem(problems, {.reason = "late"});
  EXPECT_TRUE(HasErrors(problems));
  EXPECT_EQ(problems.back().reason, "late");
}

TEST(DirectoryCheck, SoManyProblemsAreListedAndNoMore) {
  std::string csv = "id,name,name_en\n";
  for (size_t i = 0; i < 4 * kMaxProblems; ++i) csv += ",,\n";
  std::vector<Problem> problems;
  const Draft draft = ReadSheets({ParseCsv("f", "skills", csv, problems)});
  EXPECT_THAT(draft.problems, SizeIs(2 * kMaxProblems + 1));
}

}  // namespace
}  // namespace hotline::directory
