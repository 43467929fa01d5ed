#include "tests/directory/planted_faults.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace hotline::directory {
namespace {

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n');
}

/// The number of the first line that begins so, from 1; 0 if none does.
int LineOf(const std::string& text, const std::string& start) {
  const auto lines = Lines(text);
  const auto it = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
    return absl::StartsWith(line, start);
  });
  return it == lines.end() ? 0 : static_cast<int>(it - lines.begin()) + 1;
}

PackFile& FileOf(std::vector<PackFile>& pack, const std::string& name) {
  const auto it = std::find_if(pack.begin(), pack.end(),
                               [&](const PackFile& file) { return file.name == name; });
  EXPECT_NE(it, pack.end()) << name;
  return *it;
}

void Plant(const PlantedFault& fault, std::vector<PackFile>& pack) {
  std::string& text = FileOf(pack, fault.file).text;
  if (fault.from.empty()) {
    absl::StrAppend(&text, fault.to, "\n");
    return;
  }
  const int line = LineOf(text, fault.line);
  ASSERT_GT(line, 0) << fault.file << " " << fault.line;
  auto lines = Lines(text);
  std::string& changed = lines[static_cast<size_t>(line) - 1];
  const size_t at = changed.find(fault.from);
  ASSERT_NE(at, std::string::npos) << changed << " has no " << fault.from;
  changed.replace(at, fault.from.size(), fault.to);
  text = absl::StrJoin(lines, "\n");
}

}  // namespace

const std::vector<PlantedFault>& PlantedFaults() {
  static const std::vector<PlantedFault> faults = {
      {"areas.csv", "demo,", "990100", "99010", "six digits"},
      {"skills.csv", "labour,重复", "", "labour,重复,Again", "is there twice"},
      {"skills.csv", ",无", "", ",无,None", "is empty"},
      {"skills.csv", "Bad Id", "", "Bad Id,坏,Bad", "is no id"},
      {"skills.csv", "short,", "", "short,短", "has 2 cells"},
      {"categories.csv", "consult_wages", "consult_labour", "nowhere", "there is no \"nowhere\""},
      {"categories.csv", "alone", "", "alone,,孤,Alone,no,,", "stand alone"},
      {"categories.csv", "consult_exam", "no", "maybe", "neither yes nor no"},
      {"categories.csv", "arbitration", "no,,", "no,2026-02-30,", "is no day"},
      {"groups.csv", "elderly", "R091", "", "is empty"},
      {"groups.csv", "women", "R092,,", "R092,2026-05-01,2026-04-01", "is before"},
      {"groups.csv", "\"torn\"x", "", "\"torn\"x,一,Torn,no,no,no,R0,,", "behind a closing quote"},
      {"nodes.csv", "county-west", "Mon-Fri 09:00-12:00", "Mon-Fri 25:00-26:00", "no opening time"},
      {"nodes.csv", "town-willow", ",county-west,", ",village-plum,", "cannot be below"},
      {"nodes.csv", "town-mill", "103.65,30.05", "30.05,103.65", "not in China"},
      {"nodes.csv", "town-lake", "990102001", "990103001", "not inside its parent's"},
      {"nodes.csv", "village-stone-bridge", "demo-22,demo-22", "demo-22,demo-99", "there is no"},
      {"nodes.csv", "village-plum", "17:00,1,", "17:00,0,", "0 is not from 1 to 1000"},
      {"nodes.csv", "village-quay", ",urban,", ",suburb,", "is none of urban, rural"},
      {"nodes.csv", "legal-aid-centre", "legal_aid", "none", "what kind of unit"},
      {"nodes.csv", "notary-office", ",997011", ",12ab", "no telephone number"},
      {"nodes.csv", "mediation-committee", "mediation:3", "mediation:9", "no level from 1 to 5"},
      {"nodes.csv", "veterans-station", ",demo,", ",other,", "there is no \"other\" in areas"},
      {"nodes.csv", "law-firm-demo", "active", "sleeping", "is none of active"},
      {"nodes.csv", "court", "104.05,30.0", "104.05,", "has both or none"},
      {"nodes.csv", "labour-office", ",city-hall,,", ",city-hall,labour-office,", "form a circle"},
      {"nodes.csv", "county-east", "family:2", "cooking:2", "there is no \"cooking\" in skills"},
      {"nodes.csv", "town-twin", "",
       "town-twin,demo,township_station,none,双胞胎站,990121101,county-west,,rural,,,,always,1,"
       "997099"
       ",,zh,demo-13,demo-14,0,no,,active",
       "serves the same division"},
      {"staff.csv", "demo-03,", "OPR", "STN", "belongs to a township_station"},
      {"staff.csv", "demo-06,", "AUD", "AUD;OPR", "an auditor has no other role"},
      {"staff.csv", "demo-30,", "OPS3", "OPS3;SUP", "no role but OPS3"},
      {"staff.csv", "demo-04,", "demo-opr-city-hall-3", "demo-opr-city-hall-2", "is also that of"},
      {"staff.csv", "demo-07,", "city-hall", "moon-base", "there is no \"moon-base\" in nodes"},
      {"staff.csv", "demo-11,", ",,active", ",2026-13-01,active", "is no day"},
      {"staff.csv", "demo-12,", ",no,", ",yes,", "a contractor's people have the role OPS3"},
      {"advisers.csv", "village-plum,demo-30", "", "village-plum,demo-30,2026-05-01,2026-06-01",
       "two advisers at a time"},
      {"advisers.csv", "village-quay", "2027-12-31", "2025-12-31", "is before"},
      {"advisers.csv", "town-mill", "", "town-mill,demo-30,2026-05-01,2026-06-01",
       "is no village room"},
      {"rosters.csv", "counter", "17:30", "18:00", "from 2026-11-27T17:30 to 2026-11-27T18:00"},
      {"duties.csv", "night,2026-11-23 00:00", "23 08:00", "23 07:30",
       "from 2026-11-23T07:30 to 2026-11-23T08:00", "rosters.csv:night"},
      {"duties.csv", "night,2026-11-24 18:00", "demo-32,demo-33", "demo-32,demo-32", "same person"},
      {"duties.csv", "night,2026-11-25 18:00", "demo-33,", "demo-98,", "there is no \"demo-98\""},
      {"duties.csv", "night,2026-11-26 18:00", "27 08:00", "26 17:00", "not after the start"},
      {"duties.csv", "night,2026-11-27 18:00", "28 08:00", "29 08:00", "longer than 24 hours"},
      {"duties.csv", "night,2026-11-28 18:00", "law-firm-demo", "no-firm", "there is no"},
      {"duties.csv", "night,2026-11-29", "18:00", "6pm", "is no minute"},
      {"duties.csv", "counter,2026-11-24 10:00", "",
       "counter,2026-11-24 10:00,2026-11-24 12:00,county-east,demo-09,demo-10", "at the same time"},
      {"calendars.csv", "demo-2026", "13:30", "11:30", "begins before"},
      {"calendar_days.csv", "demo-2026,2026-10-10", "10-10", "10-09", "is a working day anyway",
       "calendar_days.csv:demo-2026,2026-10-09"},
      {"calendar_days.csv", "demo-2026,2026-10-01,make", "", "demo-2026,2026-10-01,make_up,again",
       "is there twice"},
      {"services.csv", "notary", "1wd", "1days", "is no limit"},
      {"services.csv", "legal_aid,1", "2026-06-30", "2026-07-31", "at the same time",
       "services.csv:legal_aid,2"},
      {"services.csv", "mediation", "core", "extension", "3 + X", "services.csv:advice"},
      {"materials.csv", "notary,1,2", "notary,1", "notary,3", "there is no version 3",
       "materials.csv:notary,3"},
      {"settings.csv", "demo,connect_rate.target", "90", "190", "from 0 to 100"},
      {"settings.csv", "demo,moon.phase", "", "demo,moon.phase,full,nobody", "there is no"},
      {"settings.csv", "demo,village_adviser.hours", "demo pack: made up", "", "is empty"},
  };
  return faults;
}

std::vector<PackFile> DemoPack() {
  auto pack = ReadPackFiles({std::string(HOTLINE_SOURCE_DIR) + "/deploy/demo/directory"});
  EXPECT_TRUE(pack.ok()) << pack.status();
  return pack.ok() ? *std::move(pack) : std::vector<PackFile>();
}

std::vector<PackFile> FaultyPack() {
  std::vector<PackFile> pack = DemoPack();
  for (const PlantedFault& fault : PlantedFaults()) Plant(fault, pack);
  return pack;
}

std::vector<std::string> Unreported(const std::vector<PackFile>& pack,
                                    const std::vector<Problem>& problems) {
  std::vector<PackFile> files = pack;
  std::vector<std::string> missing;
  for (const PlantedFault& fault : PlantedFaults()) {
    const std::string where =
        fault.at.empty() ? absl::StrCat(fault.file, ":", fault.line) : fault.at;
    const std::vector<std::string> place = absl::StrSplit(where, absl::MaxSplits(':', 1));
    const int line = LineOf(FileOf(files, place[0]).text, place[1]);
    const bool found = std::any_of(problems.begin(), problems.end(), [&](const Problem& problem) {
      return problem.severity == Problem::Severity::kError && problem.file == place[0] &&
             problem.line == line && absl::StrContains(problem.reason, fault.reason);
    });
    if (!found) missing.push_back(absl::StrCat(where, " (", line, "): ", fault.reason));
  }
  return missing;
}

}  // namespace hotline::directory
