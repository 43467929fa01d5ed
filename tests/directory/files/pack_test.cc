#include "services/directory/files/pack.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/directory/core/check.h"
#include "services/directory/core/read.h"
#include "services/directory/core/search.h"
#include "tests/directory/planted_faults.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::directory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr absl::CivilDay kToday(2026, 11, 23);

struct Judged {
  Draft draft;
  std::vector<Problem> problems;
};

Judged Judge(const std::vector<PackFile>& pack) {
  Judged judged;
  std::vector<Problem> syntax;
  judged.draft = ReadSheets(ParsePack(pack, syntax));
  judged.problems = syntax;
  for (const auto& part :
       {judged.draft.problems, Check(judged.draft.directory, judged.draft.files, kToday)}) {
    judged.problems.insert(judged.problems.end(), part.begin(), part.end());
  }
  return judged;
}

std::string Text(const std::vector<Problem>& problems) {
  return absl::StrJoin(problems, "\n", [](std::string* out, const Problem& problem) {
    absl::StrAppend(out, FormatProblem(problem));
  });
}

TEST(DirectoryPack, TheDemosPackIsSound) {
  const Judged judged = Judge(DemoPack());
  EXPECT_FALSE(HasErrors(judged.problems)) << Text(judged.problems);
  EXPECT_THAT(judged.draft.directory.nodes, SizeIs(16));
}

TEST(DirectoryPack, EveryOfFiftyPlantedFaultsIsReportedWithFileLineAndReason) {
  ASSERT_GE(PlantedFaults().size(), 50u);
  const std::vector<PackFile> pack = FaultyPack();
  const Judged judged = Judge(pack);
  EXPECT_THAT(Unreported(pack, judged.problems), IsEmpty()) << Text(judged.problems);
}

TEST(DirectoryPack, ExportThenImportIsIdenticalInBothFormats) {
  const Directory directory = Judge(DemoPack()).draft.directory;
  for (const PackFormat format : {PackFormat::kCsv, PackFormat::kYaml}) {
    const std::vector<PackFile> pack = FormatPack(directory, format);
    const Judged again = Judge(pack);
    EXPECT_FALSE(HasErrors(again.problems)) << Text(again.problems);
    EXPECT_EQ(again.draft.directory, directory);
    EXPECT_EQ(FormatPack(again.draft.directory, format), pack);
  }
}

TEST(DirectoryPack, TakesAwkwardTextFaithfully) {
  Directory directory;
  directory.skills.push_back({.id = "x", .name = R"(a "b", c\d: {e} # 𠮷😀)", .name_en = "'=1+1"});
  for (const PackFormat format : {PackFormat::kCsv, PackFormat::kYaml}) {
    EXPECT_EQ(Judge(FormatPack(directory, format)).draft.directory, directory);
  }
}

TEST(DirectoryPack, YamlMayWriteListsAndSkillsAsSuch) {
  std::vector<Problem> problems;
  const auto sheets = ParsePack({{"a.yaml", R"(
staff:
  - id: a
    node: n
    name: 甲
    roles: [OPR, EXP]
    skills: {labour: 3, general: 1}
)"}},
                                problems);
  const Draft draft = ReadSheets(sheets);
  EXPECT_THAT(draft.problems, IsEmpty());
  ASSERT_THAT(draft.directory.staff, SizeIs(1));
  EXPECT_THAT(draft.directory.staff[0].skills,
              ElementsAre(SkillLevel{"labour", 3}, SkillLevel{"general", 1}));
  EXPECT_THAT(draft.directory.staff[0].roles, SizeIs(2));
}

TEST(DirectoryPack, YamlProblemsNameTheLine) {
  std::vector<Problem> problems;
  const auto sheets = ParsePack({{"a.yaml", R"(skills:
  - {id: a, name: b, name_en: c, colour: red}
  - {id: d, id: e, name: b, name_en: {x: [1]}}
  - just text
nonsense: []
)"},
                                 {"b.yaml", "skills: [}\n"},
                                 {"c.xls", ""}},
                                problems);
  EXPECT_EQ(Text(problems),
            "a.yaml:2: error: colour: is no column of this table\n"
            "a.yaml:3: error: id: is there twice\n"
            "a.yaml:3: error: name_en: must be a text, a list of texts or a map of them\n"
            "a.yaml:4: error: must be a map\n"
            "a.yaml:5: error: there is no table \"nonsense\"\n"
            "b.yaml:1: error: is no YAML: illegal flow end\n"
            "c.xls:1: error: is neither .csv nor .yaml");
}

TEST(DirectoryPack, IsWrittenToAFolderAndReadFromIt) {
  const TempDir folder;
  const std::vector<PackFile> pack =
      FormatPack(Judge(DemoPack()).draft.directory, PackFormat::kCsv);
  ASSERT_TRUE(WritePackFiles(folder.path() + "/new", pack).ok());
  auto back = ReadPackFiles({folder.path() + "/new"});
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_THAT(*back, testing::UnorderedElementsAreArray(pack));
  EXPECT_THAT(std::string(ReadPackFiles({folder.path()}).status().message()),
              HasSubstr("has no .csv"));
  EXPECT_EQ(ReadPackFiles({"/nowhere"}).status().code(), absl::StatusCode::kNotFound);
}

/// All townships of the country with their counties and cities, and a person for each.
std::vector<PackFile> Townships(const std::string& csv) {
  std::string areas = "id,name,division,calendar\n";
  std::string nodes =
      "id,area,type,name,division,parent,settlement,longitude,latitude,hours,phones,responsible,"
      "liaison,skills\n";
  std::string staff = "id,node,name,roles\n";
  const auto add = [&](const std::string& id, const std::string& area, const char* type,
                       const std::string& name, const std::string& parent,
                       const std::string& place) {
    absl::StrAppend(&nodes, id, ",", area, ",", type, ",", name, ",", id.substr(1), ",", parent,
                    ",rural,", place, ",Mon-Fri 09:00-17:00,12348,p", id, ",p", id, ",general:1\n");
    absl::StrAppend(&staff, "p", id, ",", id, ",x,", type[0] == 't' ? "STN" : "OPR", "\n");
  };
  std::string city, county;
  const std::vector<std::string> lines = absl::StrSplit(csv, '\n', absl::SkipEmpty());
  for (const std::string& line : lines) {
    const std::vector<std::string> cells = absl::StrSplit(line, ',');
    if (cells[0].find_first_not_of("0123456789") != std::string::npos) continue;  // the header
    const std::string place = absl::StrCat(cells[8], ",", cells[9]);
    if (cells[4] != city) {
      city = cells[4];
      absl::StrAppend(&areas, "a", city, ",", cells[5], ",", city, "00,c\n");
      add(absl::StrCat("c", city, "00"), "a" + city, "city_centre", cells[5], "", ",");
    }
    if (cells[2] != county) {
      county = cells[2];
      add("d" + county, "a" + city, "county_centre", cells[3], absl::StrCat("c", city, "00"),
          place);
    }
    add("t" + cells[0], "a" + city, "township_station", cells[1], "d" + county, place);
  }
  return {{"areas.csv", areas},
          {"calendars.csv", "id,name,working_hours\nc,c,09:00-12:00\n"},
          {"nodes.csv", nodes},
          {"skills.csv", "id,name,name_en\ngeneral,g,g\n"},
          {"staff.csv", staff}};
}

std::string Unzipped(const std::string& path) {
  std::string text;
  FILE* pipe = popen(("gzip -dc '" + path + "' 2>/dev/null").c_str(), "r");
  char buffer[65536];
  while (const size_t size = fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, size);
  pclose(pipe);
  return text;
}

TEST(DirectoryPack, HoldsTheCountrysTownships) {
  const std::string csv = Unzipped(std::string(HOTLINE_SOURCE_DIR) +
                                   "/../shared/data/china_townships_with_county_lnglat.csv.gz");
  if (csv.empty()) GTEST_SKIP() << "skipped: no data";
  const auto took = [last = absl::Now()](const char* what) mutable {
    std::printf("%-28s %s\n", what, absl::FormatDuration(absl::Now() - last).c_str());
    last = absl::Now();
  };
  auto measure = took;
  const std::vector<PackFile> pack = Townships(csv);
  measure("prepare");
  const Judged judged = Judge(pack);
  measure("read and check CSV");
  EXPECT_FALSE(HasErrors(judged.problems))
      << Text({judged.problems.begin(),
               judged.problems.begin() + std::min<ptrdiff_t>(20, std::ssize(judged.problems))});
  const Directory& directory = judged.draft.directory;
  const auto stations =
      std::count_if(directory.nodes.begin(), directory.nodes.end(),
                    [](const Node& node) { return node.type == NodeType::kTownshipStation; });
  EXPECT_EQ(stations, 41352);

  measure("count");
  EXPECT_EQ(Judge(FormatPack(directory, PackFormat::kCsv)).draft.directory, directory);
  measure("export and import again");
  EXPECT_FALSE(SearchNodes(directory, {.text = "街道"}).empty());
  measure("search by name");
  const auto near = SearchNodes(
      directory, {.types = {NodeType::kTownshipStation},
                  .open_at = absl::FromUnixSeconds(1795500000),  // a Tuesday, 14:00 in China
                  .from = Point{116.4224, 39.9348},
                  .in_circle = true});
  measure("nearest open in the circle");
  EXPECT_FALSE(near.empty());
  EXPECT_THAT(CompetentNodes(directory, "a4206", "420624100"), SizeIs(3));
}

TEST(PackTest, AliasesCannotMakeAPackOfAnySize) {
  // One cell of a megabyte, and a hundred who point to it: the file stays small.
  std::string yaml =
      "skills:\n  - &x {id: a, name: \"" + std::string(size_t{1} << 20, 'n') + "\", name_en: b}\n";
  for (int i = 0; i < 100; ++i) yaml += "  - *x\n";
  std::vector<Problem> problems;
  const auto sheets = ParsePack({{"bomb.yaml", yaml}}, problems);
  ASSERT_FALSE(problems.empty());
  EXPECT_NE(problems.front().reason.find("more than it looks like"), std::string::npos);
  size_t lines = 0;
  for (const Sheet& sheet : sheets) lines += sheet.lines.size();
  EXPECT_LT(lines, 70u) << "it stopped at 64 MB";
}

}  // namespace
}  // namespace hotline::directory
