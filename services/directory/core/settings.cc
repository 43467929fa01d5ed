#include "services/directory/core/settings.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "services/base/absl_view.h"
#include "services/base/check.h"
#include "services/base/weekly_hours.h"
#include "services/directory/core/read.h"

namespace hotline::directory {
namespace {

using Kind = SettingRule::Kind;

constexpr std::string_view kEzhou = "Ezhou 14th five-year plan";
constexpr std::string_view kGuangyuan = "Guangyuan 14th five-year plan";
constexpr std::string_view kMeihekou = "Meihekou 14th five-year plan";
constexpr std::string_view kZhangye = "Zhangye opinion of 2015";

const SettingRule* FindRule(std::string_view key) {
  for (const SettingRule& rule : SettingRules()) {
    if (rule.key == key) return &rule;
  }
  return nullptr;
}

absl::Status CheckNumber(std::string_view value, int most) {
  int number = 0;
  if (absl::SimpleAtoi(Absl(value), &number) && number >= 0 && number <= most)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("\"", Absl(value), "\" is no whole number from 0 to ", most));
}

}  // namespace

const std::vector<SettingRule>& SettingRules() {
  static const std::vector<SettingRule> rules = {
      {"circle.rural", Kind::kSpan, "60m", false, kZhangye},
      {"circle.urban", Kind::kSpan, "30m", false, kZhangye},
      {"connect_rate.target", Kind::kPercent, "90", false, kEzhou},
      {"dispatch.mutual", Kind::kWord, "yes", false, kGuangyuan, "yes|no"},
      {"dispute.settled", Kind::kPercent, "95", false, kEzhou},
      {"evidence.methods", Kind::kText, "一案一码;台账;日志;影像资料", false, kGuangyuan},
      {"level_names", Kind::kText, "市;县（区）;乡镇（街道）;村（社区）", false, kGuangyuan},
      {"line_12345", Kind::kWord, "transfer", false, kEzhou, "transfer|merged|none"},
      {"rating.rule", Kind::kWord, "each_service", false, kMeihekou, "each_service|each_ticket"},
      {"service.hours", Kind::kHours, "always", false, kGuangyuan},
      {"simple.on_the_spot", Kind::kPercent, "90", false, kEzhou},
      {"station.min_staff", Kind::kCount, "3", true, kEzhou},
      // Ballou, Rahardja, Sakai: Selected country circuity factors for road travel distance
      // estimation, Transportation Research A 36 (2002) 843: China 1.33.
      {"travel.circuity", Kind::kCount, "133", false, "Ballou et al. 2002 (per cent)"},
      // Estimates, to be replaced by what an area measures. JTG B01-2014: roads of class IV, as
      // between villages, are designed for 20 to 30 km/h.
      {"travel.rural_kmh", Kind::kCount, "30", false, "estimate: JTG B01-2014, class IV roads"},
      {"travel.urban_kmh", Kind::kCount, "20", false, "estimate: streets at rush hour"},
      {"village_adviser.hours", Kind::kCount, "100", true, kEzhou},
      {"web_consult.reply", Kind::kSpan, "6h", true, kEzhou},
  };
  return rules;
}

absl::Status CheckSetting(std::string_view key, std::string_view value) {
  const SettingRule* rule = FindRule(key);
  if (rule == nullptr)
    return absl::InvalidArgumentError(absl::StrCat("there is no \"", Absl(key), "\""));
  absl::Duration span;
  std::vector<std::string> words;
  switch (rule->kind) {
    case Kind::kPercent:
      return CheckNumber(value, 100);
    case Kind::kCount:
      return CheckNumber(value, 1'000'000);
    case Kind::kSpan:
      if (absl::ParseDuration(Absl(value), &span) && span > absl::ZeroDuration() &&
          span < absl::InfiniteDuration()) {
        break;
      }
      return absl::InvalidArgumentError(
          absl::StrCat("\"", Absl(value), "\" is no span like 30m or 6h"));
    case Kind::kWord:
      words = absl::StrSplit(Absl(rule->words), '|');
      if (std::find(words.begin(), words.end(), value) != words.end()) break;
      return absl::InvalidArgumentError(
          absl::StrCat("\"", Absl(value), "\" is none of ", Absl(rule->words)));
    case Kind::kHours:
      return WeeklyHours::Parse(absl::StrSplit(Absl(value), ';'), kUtcOffset).status();
    case Kind::kText:
      break;
  }
  return absl::OkStatus();
}

SettingValue SettingOf(const Directory& directory, std::string_view area, std::string_view key) {
  const SettingRule* rule = FindRule(key);
  HOTLINE_CHECK(rule != nullptr, "a setting that has no rule");
  if (const Setting* own = Find(directory.settings, absl::StrCat(Absl(area), "/", Absl(key)))) {
    return {own->value, own->source, false};
  }
  return {std::string(rule->fallback), std::string(rule->source), true};
}

int SettingNumber(const Directory& directory, std::string_view area, std::string_view key) {
  int number = 0;
  (void)absl::SimpleAtoi(SettingOf(directory, area, key).value, &number);
  return number;
}

absl::Duration SettingSpan(const Directory& directory, std::string_view area,
                           std::string_view key) {
  absl::Duration span;
  (void)absl::ParseDuration(SettingOf(directory, area, key).value, &span);
  return span;
}

}  // namespace hotline::directory
