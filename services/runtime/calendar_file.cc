#include "services/runtime/calendar_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/runtime/config_tree.h"

namespace hotline {
namespace {

using Kind = ConfigNode::Kind;

constexpr std::array<std::string_view, 7> kCalendarKeys = {
    "time_zone", "working_hours",  "holidays",    "make_up_days",
    "day_end",   "same_day_until", "next_day_due"};
constexpr size_t kMaxCalendarBytes = 1 << 20;

class CalendarReader {
 public:
  explicit CalendarReader(ConfigNode& root) : root_(root) {}

  absl::StatusOr<WorkingCalendar> Read() {
    if (root_.kind != Kind::kMap) {
      return absl::InvalidArgumentError(
          "a calendar has the keys time_zone, working_hours, holidays and make_up_days");
    }
    for (const auto& [key, value] : root_.entries) {
      if (std::find(kCalendarKeys.begin(), kCalendarKeys.end(), key) == kCalendarKeys.end()) {
        Problem(absl::StrCat(key, ": unknown key; a calendar has ",
                             absl::StrJoin(kCalendarKeys, ", ", AppendView)));
      }
    }
    CalendarRules rules;
    ReadZone(rules);
    rules.working_hours = Texts("working_hours");
    if (rules.working_hours.empty() && problems_.empty()) Problem("working_hours is missing");
    rules.holidays = Dates("holidays");
    rules.make_up_days = Dates("make_up_days");
    const std::string day_end = Scalar("day_end");
    rules.ends_at_close = day_end == "close";
    if (!day_end.empty() && day_end != "close" && day_end != "24:00") {
      Problem(absl::StrCat("day_end: \"", day_end, "\" must be \"24:00\" or close"));
    }
    ReadTime("same_day_until", rules.same_day_until);
    ReadTime("next_day_due", rules.next_day_due);
    auto calendar = WorkingCalendar::Make(std::move(rules));
    if (!calendar.ok() && problems_.empty()) Problem(std::string(calendar.status().message()));
    if (!problems_.empty()) return absl::InvalidArgumentError(absl::StrJoin(problems_, "\n"));
    return calendar;
  }

 private:
  static void AppendView(std::string* out, std::string_view text) { out->append(text); }

  void Problem(std::string sentence) { problems_.push_back(std::move(sentence)); }

  std::string Scalar(const std::string& key) {
    const ConfigNode* node = root_.Find(key);
    if (node == nullptr) return "";
    if (node->kind == Kind::kScalar) return node->text;
    Problem(absl::StrCat(key, " must be text, not ", node->kind_name()));
    return "";
  }

  std::vector<std::string> Texts(const std::string& key) {
    std::vector<std::string> texts;
    const ConfigNode* node = root_.Find(key);
    if (node == nullptr) return texts;
    if (node->kind != Kind::kList) {
      Problem(absl::StrCat(key, " must be a list, not ", node->kind_name()));
      return texts;
    }
    for (const ConfigNode& item : node->items) {
      if (item.kind == Kind::kScalar) {
        texts.push_back(item.text);
      } else {
        Problem(absl::StrCat(key, "[", texts.size(), "] must be text, not ", item.kind_name()));
      }
    }
    return texts;
  }

  std::vector<absl::CivilDay> Dates(const std::string& key) {
    std::vector<absl::CivilDay> days;
    const std::vector<std::string> texts = Texts(key);
    for (size_t i = 0; i < texts.size(); ++i) {
      if (const auto day = ParseDate(texts[i]); day.ok()) {
        days.push_back(*day);
      } else {
        Problem(absl::StrCat(key, "[", i, "]: ", std::string(day.status().message())));
      }
    }
    return days;
  }

  void ReadTime(const std::string& key, absl::Duration& time) {
    const std::string text = Scalar(key);
    if (text.empty()) return;
    const auto read = ParseTimeOfDay(text);
    if (read.ok()) {
      time = *read;
    } else {
      Problem(absl::StrCat(key, ": ", std::string(read.status().message())));
    }
  }

  void ReadZone(CalendarRules& rules) {
    const std::string name = Scalar("time_zone");
    if (name.empty()) {
      Problem("time_zone is missing, such as Asia/Shanghai");
    } else if (name == "Asia/Shanghai") {
      // China has had one time without summer time since 1992: needs no database of time zones.
      rules.zone = absl::FixedTimeZone(8 * 3600);
    } else if (!absl::LoadTimeZone(name, &rules.zone)) {
      Problem(absl::StrCat("time_zone: this host knows no \"", name,
                           "\"; write a name such as Asia/Shanghai"));
    }
  }

  ConfigNode& root_;
  std::vector<std::string> problems_;
};

}  // namespace

absl::StatusOr<WorkingCalendar> ParseCalendar(const std::string& yaml) {
  if (yaml.size() > kMaxCalendarBytes) {
    return absl::InvalidArgumentError("a calendar may have 1 MB");
  }
  auto root = ParseYaml(yaml);
  if (!root.ok()) return root.status();
  return CalendarReader(*root).Read();
}

absl::StatusOr<WorkingCalendar> LoadCalendar(const std::string& file) {
  std::ifstream in(file);
  if (!in) {
    return absl::NotFoundError(
        absl::StrCat("cannot read the calendar ", file, ": ", std::strerror(errno)));
  }
  std::string text;
  text.resize(kMaxCalendarBytes + 1);
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (in.bad()) return absl::NotFoundError(absl::StrCat("cannot read the calendar ", file));
  auto calendar = ParseCalendar(text);
  if (calendar.ok()) return calendar;
  return absl::InvalidArgumentError(
      absl::StrCat("the calendar ", file, ": ", std::string(calendar.status().message())));
}

}  // namespace hotline
