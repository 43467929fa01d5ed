#include "services/ctl/format.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace hotline::ctl {

std::string FormatSpan(absl::Duration d) {
  const int64_t tenths = std::max<int64_t>(0, absl::ToInt64Milliseconds(d) / 100);
  if (tenths < 100) return absl::StrFormat("%d.%ds", tenths / 10, tenths % 10);
  const int64_t s = tenths / 10;
  if (s < 60) return absl::StrFormat("%ds", s);
  if (s < 3600) return absl::StrFormat("%dm%02ds", s / 60, s % 60);
  if (s < 86400) return absl::StrFormat("%dh%02dm", s / 3600, s / 60 % 60);
  return absl::StrFormat("%dd%02dh", s / 86400, s / 3600 % 24);
}

std::string FormatClock(absl::Time t, absl::TimeZone zone) {
  return absl::FormatTime("%H:%M:%S", t, zone);
}

std::string FormatDate(absl::Time t, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", t, zone);
}

std::string FormatRatio(const router::v1::Ratio& ratio) {
  if (ratio.denominator() == 0) return absl::StrFormat("%d/0", ratio.numerator());
  const double percent =
      100.0 * static_cast<double>(ratio.numerator()) / static_cast<double>(ratio.denominator());
  return absl::StrFormat("%d/%d %.1f %%", ratio.numerator(), ratio.denominator(), percent);
}

std::string EnumWord(std::string_view prefix, std::string_view name) {
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  if (name == "UNSPECIFIED") return "";
  return absl::AsciiStrToLower(std::string(name));
}

std::string Word(router::v1::TargetKind kind) {
  return EnumWord("TARGET_KIND_", router::v1::TargetKind_Name(kind));
}

std::string Word(router::v1::EndCause cause) {
  return EnumWord("END_CAUSE_", router::v1::EndCause_Name(cause));
}

std::string Word(router::v1::LegEnd end) {
  return EnumWord("LEG_END_", router::v1::LegEnd_Name(end));
}

std::string Word(router::v1::Call::State state) {
  return EnumWord("STATE_", router::v1::Call::State_Name(state));
}

std::string Code(router::v1::TelephonyResult result) {
  return absl::AsciiStrToUpper(
      EnumWord("TELEPHONY_RESULT_", router::v1::TelephonyResult_Name(result)));
}

}  // namespace hotline::ctl
