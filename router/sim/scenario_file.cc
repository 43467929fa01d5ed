#include "router/sim/scenario_file.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <utility>

#include "absl/strings/str_join.h"

#include "router/sim/world/policy.h"
#include "router/sim/yaml_map.h"

#include <fmt/format.h>

namespace hotline::sim {
namespace {

constexpr double kMostPerSecond = 1000;
constexpr double kLongestPatience = 1e9;
constexpr double kLongestHandle = 86'400;
constexpr int kMostInGroup = 100'000;
constexpr int kMostReplications = 10'000;
constexpr int kMostDays = 10'000;
constexpr size_t kMostCells = 100;
constexpr size_t kMostClasses = 1000;
constexpr double kShareError = 1e-6;

const YAML::Node kUndefined(YAML::NodeType::Undefined);

Law ReadLaw(YamlMap& map, std::string_view key, double longest) {
  Law law;
  map.Map(key, [&](YamlMap& m) {
    law.mean = m.Number("mean_s", 0, longest);
    law.shape = static_cast<Law::Shape>(m.Choice("law", {"exponential", "lognormal", "fixed"}, 0));
    if (law.shape == Law::Shape::kLogNormal) law.cv = m.Number("cv", 0.01, 20);
  });
  return law;
}

/// Reads one cell of a scenario; `over` holds what the cell has of its own.
class CellReader {
 public:
  CellReader(YAML::Node base, YAML::Node over, const std::string& folder, YamlProblems* problems)
      : map_(std::move(base), std::move(over), "", problems),
        folder_(folder),
        problems_(problems) {}

  Scenario Read(ReplayFiles& replay) {
    s_.id = map_.Text("id");
    s_.title = map_.Text("title");
    s_.cell = map_.Text("cell", "");
    map_.Raw("cells");
    s_.replications = map_.Whole("replications", 1, kMostReplications, 20);
    s_.cap = map_.Span("cap", 600);
    ReadPolicies();
    ReadOverflow();
    ReadExpected();
    map_.Map("replay", [&](YamlMap& m) {
      replay = {.folder = m.Text("folder"),
                .calls = m.Text("calls"),
                .sessions = m.Text("sessions"),
                .wrap_ups = m.Text("wrapups", "")};
    });
    if (replay.calls.empty()) ReadDay();
    map_.Finish();
    return std::move(s_);
  }

 private:
  void ReadDay() {
    s_.days = map_.Whole("days", 1, kMostDays, 1);
    s_.learn_days = map_.Whole("learn_days", 0, kMostDays, 0);
    s_.leaving = static_cast<Leaving>(map_.Choice("leaving", {"finish", "hand_back"}, 1));
    ReadClasses();
    ReadArrivals();
    ReadSeats();
    if (load_ > 0) ApplyLoad();
    const double length = s_.length();
    s_.measure_to = length;
    map_.Map("measure", [&](YamlMap& m) {
      s_.measure_from = m.Moment("from", s_.clock_start, 0);
      s_.measure_to = m.Moment("to", s_.clock_start, length);
      if (s_.measure_from >= s_.measure_to) m.Error("to", "must be after 'from'");
    });
    ReadSurges();
    ReadDropouts();
    ReadFaults();
    map_.Map("retry", [&](YamlMap& m) {
      s_.retry.share = m.Number("share", 0, 1);
      s_.retry.within = m.Span("within", 300);
      s_.retry.most = m.Whole("most", 1, 15, 3);
    });
    map_.Map("callbacks", [&](YamlMap& m) {
      s_.callbacks.accept = m.Number("accept", 0, 1);
      s_.callbacks.reach = m.Number("reach", 0, 1);
      s_.callbacks.after = m.Span("after", 60);
    });
  }

  void ReadPolicies() {
    s_.policies = map_.Texts("policies");
    for (const std::string& name : s_.policies) {
      if (!MakePolicy(name, {}))
        problems_->Add(map_.Raw("policies"), "policies", UnknownPolicy("name", name));
    }
    if (s_.policies.empty()) s_.policies = {kBaseline};
  }

  void ReadOverflow() {
    map_.Map("overflow", [&](YamlMap& m) {
      s_.overflow.seats = m.Whole("seats", 1, kMostInGroup);
      s_.overflow.after = m.Span("after");
    });
  }

  void ReadExpected() {
    map_.Map("expected", [&](YamlMap& m) {
      if (m.Has("connect_rate")) s_.expected.connect_rate = m.Number("connect_rate", 0, 1);
      s_.expected.exact = m.Choice("exact", {"false", "true"}, 0) == 1;
      s_.expected.note = m.Text("note", "");
    });
  }

  void ReadClasses() {
    double shares = 0;
    map_.List("classes", [&](YamlMap& m) {
      CallClass c{.name = m.Text("name"),
                  .share = m.Number("share", 0, 1, 1.0),
                  .priority = static_cast<int>(m.Choice("priority", {"P0", "P1", "P2", "P3"}, 3)),
                  .handle = ReadLaw(m, "handle", kLongestHandle),
                  .patience = ReadLaw(m, "patience", kLongestPatience),
                  .wrap_up = ReadLaw(m, "wrap_up", kLongestHandle)};
      if (c.handle.mean <= 0) m.Error("handle", "needs a mean_s above 0");
      if (c.patience.mean <= 0) m.Error("patience", "needs a mean_s above 0");
      for (const CallClass& other : s_.classes) {
        if (other.name == c.name) m.Error("name", fmt::format("'{}' is given twice", c.name));
      }
      shares += c.share;
      AddCopies(c, m.Whole("copies", 1, static_cast<int>(kMostClasses), 1));
    });
    if (s_.classes.empty()) return map_.Error("classes", "there must be at least one");
    if (s_.classes.size() > kMostClasses) map_.Error("classes", "are too many");
    if (std::abs(shares - 1) > kShareError) {
      map_.Error("classes", fmt::format("the shares add up to {}, not to 1", shares));
    }
  }

  /// "post" with 3 copies is post1, post2, post3, each with a home of its own.
  void AddCopies(CallClass c, int copies) {
    const std::string name = c.name;
    c.share /= copies;
    for (int i = 1; i <= copies; ++i) {
      if (copies > 1) c.home = c.name = fmt::format("{}{}", name, i);
      s_.classes.push_back(c);
    }
  }

  void ReadArrivals() {
    s_.clock_start = map_.Moment("start", 0, 0);
    if (!map_.Has("arrivals")) map_.Error("arrivals", "is missing");
    map_.Map("arrivals", [&](YamlMap& m) {
      s_.day_factor_cv = m.Number("day_factor_cv", 0, 2, 0);
      if (m.Has("curve")) return ReadCurve(m);
      const double length = m.Span("for");
      if (length <= 0) m.Error("for", "must be longer than nothing");
      if (m.Has("load") == m.Has("per_hour")) {
        m.Error("load", "give either load (of the seats' capacity), per_hour or curve");
      }
      load_ = m.Has("load") ? m.Number("load", 0.001, 100) : 0;
      const double per_hour = m.Has("per_hour") ? m.Number("per_hour", 0.001, 1e7) : 0;
      s_.arrivals = {{length, per_hour / 3600}};
    });
    if (s_.arrivals.empty()) s_.arrivals = {{1, 1}};
  }

  /// A curve lies in a file of its own beside the scenario.
  void ReadCurve(YamlMap& m) {
    const double scale = m.Number("scale", 1e-6, 1e6, 1.0);
    const std::string file = (std::filesystem::path(folder_) / m.Text("curve")).string();
    YAML::Node root;
    try {
      root = YAML::LoadFile(file);
    } catch (const YAML::Exception& e) {
      return m.Error("curve", fmt::format("{}: {}", file, e.what()));
    }
    YamlProblems problems{.file = file, .list = {}};
    YamlMap curve(root, kUndefined, "", &problems);
    const double step = curve.Span("step");
    s_.clock_start = curve.Moment("start", 0);
    for (const double rate : curve.Numbers("calls_per_second", 0, kMostPerSecond)) {
      s_.arrivals.push_back({step, rate * scale});
    }
    if (step <= 0 || s_.arrivals.empty()) curve.Error("calls_per_second", "is empty");
    curve.Finish();
    problems_->list.insert(problems_->list.end(), problems.list.begin(), problems.list.end());
  }

  void ReadSeats() {
    if (map_.Raw("seats").IsScalar()) {  // a plain number: seats for every class
      SeatGroup group{.name = "s", .counts = {map_.Whole("seats", 1, kMostInGroup)}};
      group.classes = AllClasses();
      s_.seats.push_back(std::move(group));
      return;
    }
    map_.List("seats", [&](YamlMap& m) {
      if (m.Has("per_class")) return AddSeatsPerClass(m.Whole("per_class", 1, kMostInGroup));
      SeatGroup group{.name = m.Text("group", fmt::format("g{}.", s_.seats.size() + 1))};
      group.classes = m.Has("classes") ? ReadClassNames(m) : AllClasses();
      if (m.Raw("count").IsSequence()) {
        for (const double n : m.Numbers("count", 0, kMostInGroup)) {
          group.counts.push_back(static_cast<int>(n));
        }
        if (group.counts.size() != s_.arrivals.size()) {
          m.Error("count", fmt::format("has {} numbers, the arrivals have {} stretches",
                                       group.counts.size(), s_.arrivals.size()));
        }
      } else {
        group.counts = {m.Whole("count", 0, kMostInGroup)};
      }
      s_.seats.push_back(std::move(group));
    });
    if (s_.seats.empty()) map_.Error("seats", "there must be some");
  }

  /// A group of seats for every class, at its home; all can serve everybody.
  void AddSeatsPerClass(int count) {
    for (CallClass& c : s_.classes) {
      c.home = c.name;
      s_.seats.push_back({.name = c.name, .counts = {count}, .classes = AllClasses()});
    }
  }

  std::vector<int> AllClasses() const {
    std::vector<int> all(s_.classes.size());
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  std::vector<int> ReadClassNames(YamlMap& m) {
    std::vector<int> classes;
    for (const std::string& name : m.Texts("classes")) {
      const auto it = std::find_if(s_.classes.begin(), s_.classes.end(),
                                   [&](const CallClass& c) { return c.name == name; });
      if (it == s_.classes.end()) {
        m.Error("classes", fmt::format("'{}' is no class of this scenario", name));
      } else {
        classes.push_back(static_cast<int>(it - s_.classes.begin()));
      }
    }
    std::sort(classes.begin(), classes.end());
    return classes;
  }

  /// Turns the load into calls per second: load × seats / mean handle time.
  void ApplyLoad() {
    double handle = 0;
    for (const CallClass& c : s_.classes) handle += c.share * (c.handle.mean + c.wrap_up.mean);
    int seats = 0;
    for (const SeatGroup& group : s_.seats) seats += group.counts[0];
    if (handle > 0) s_.arrivals[0].rate = load_ * seats / handle;
  }

  void ReadSurges() {
    map_.List("surges", [&](YamlMap& m) {
      s_.surges.push_back({.from = m.Moment("from", s_.clock_start),
                           .to = m.Moment("to", s_.clock_start),
                           .times = m.Number("times", 0, 1000)});
      CheckSpan(m, s_.surges.back().from, s_.surges.back().to);
    });
  }

  void ReadDropouts() {
    map_.List("dropouts", [&](YamlMap& m) {
      s_.dropouts.push_back({.from = m.Moment("from", s_.clock_start),
                             .to = m.Moment("to", s_.clock_start),
                             .seats = m.Whole("seats", 0, kMostInGroup, 0),
                             .share = m.Number("share", 0, 1, 0)});
      CheckSpan(m, s_.dropouts.back().from, s_.dropouts.back().to);
    });
  }

  void CheckSpan(YamlMap& m, double from, double to) {
    if (to <= from) m.Error("to", "must be after 'from'");
    if (to > s_.length()) m.Error("to", "is after the day's end");
  }

  void ReadFaults() {
    map_.Map("faults", [&](YamlMap& m) {
      s_.faults.lost_hang_ups = m.Number("lost_hang_ups", 0, 1, 0);
      s_.faults.silent_hang_ups = m.Number("silent_hang_ups", 0, 1, 0);
      s_.faults.silent_time = m.Span("silent_time", 10);
      s_.faults.learned_talk = m.Number("learned_talk", 0.1, 10, 1);
      if (s_.faults.lost_hang_ups + s_.faults.silent_hang_ups > 1) {
        m.Error("silent_hang_ups", "and lost_hang_ups are more than all hang-ups together");
      }
      m.List("clock_jumps", [&](YamlMap& jump) {
        s_.faults.clock_jumps.push_back(
            {.time = jump.Moment("at", s_.clock_start), .by = jump.Number("by_s", -3600, 3600)});
      });
    });
  }

  YamlMap map_;
  const std::string folder_;
  YamlProblems* problems_;
  Scenario s_;
  double load_ = 0;
};

}  // namespace

absl::StatusOr<ScenarioFile> ReadScenarioFile(const std::string& path) {
  YAML::Node root;
  try {
    root = YAML::LoadFile(path);
  } catch (const YAML::BadFile&) {
    return absl::NotFoundError(fmt::format("{}: cannot be opened", path));
  } catch (const YAML::Exception& e) {
    return absl::InvalidArgumentError(fmt::format("{}:{}: {}", path, e.mark.line + 1, e.msg));
  }
  if (!root.IsMap()) {
    return absl::InvalidArgumentError(fmt::format("{}: is no map of keys and values", path));
  }
  YamlProblems problems{.file = path, .list = {}};
  const std::string folder = std::filesystem::path(path).parent_path().string();
  ScenarioFile file;
  const YAML::Node cells = root["cells"];
  if (!cells.IsDefined()) {
    file.cells.push_back(CellReader(root, kUndefined, folder, &problems).Read(file.replay));
  } else if (!cells.IsSequence() || cells.size() == 0 || cells.size() > kMostCells) {
    problems.Add(cells, "cells", fmt::format("must be a list of 1 to {} maps", kMostCells));
  } else {
    for (const YAML::Node& cell : cells) {
      if (!cell.IsMap()) {
        problems.Add(cell, "cells", "must hold maps");
        continue;
      }
      file.cells.push_back(CellReader(root, cell, folder, &problems).Read(file.replay));
    }
  }
  if (problems.list.empty()) return file;
  // Cells share what is above them: a mistake there is one mistake.
  std::vector<std::string> unique;
  for (std::string& problem : problems.list) {
    if (std::find(unique.begin(), unique.end(), problem) == unique.end()) {
      unique.push_back(std::move(problem));
    }
  }
  return absl::InvalidArgumentError(absl::StrJoin(unique, "\n"));
}

}  // namespace hotline::sim
