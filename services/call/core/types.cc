#include "services/call/core/types.h"

#include <charconv>

namespace hotline::call {

std::string FormatLegId(LegId leg) {
  return FormatCallId(leg.call) + '-' + std::to_string(leg.index);
}

std::optional<LegId> ParseLegId(std::string_view text) {
  const size_t dash = text.find('-');
  if (dash == text.npos) return std::nullopt;
  const auto call = ParseCallId(text.substr(0, dash));
  if (!call) return std::nullopt;
  LegId leg{*call, 0};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + dash + 1, end, leg.index);
  if (error != std::errc() || stop != end) return std::nullopt;
  return leg;
}

std::string_view FormatLegEnd(LegEnd end) {
  switch (end) {
    case LegEnd::kUp:
      return "up";
    case LegEnd::kCompleted:
      return "completed";
    case LegEnd::kNoAnswer:
      return "no_answer";
    case LegEnd::kDeclined:
      return "declined";
    case LegEnd::kUnreachable:
      return "unreachable";
    case LegEnd::kCancelled:
      return "cancelled";
    case LegEnd::kFailed:
      return "failed";
  }
  return "unknown";
}

}  // namespace hotline::call
