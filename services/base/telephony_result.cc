#include "services/base/telephony_result.h"

#include <array>

namespace hotline {

TelephonyResult ResultOf(const CallFacts& facts, const ResultLimits& limits) {
  using enum TelephonyResult;
  if (facts.cause == EndCause::kRestricted) return kT13;
  if (!facts.request_time) return facts.cause == EndCause::kSystemFailure ? kT12 : kT14;
  if (facts.answer_time) {
    return *facts.answer_time - *facts.request_time <= limits.answer_target ? kT01 : kT02;
  }
  switch (facts.cause) {
    case EndCause::kQueueTimeout:
      return kT06;
    case EndCause::kQueueFull:
      return kT07;
    case EndCause::kNoAgent:
      return kT08;
    case EndCause::kSystemFailure:
      return kT12;
    case EndCause::kCallbackBooked:
      return kT09;
    default:
      break;  // the caller went, or the line to the caller
  }
  if (facts.ringing) return kT05;
  return facts.end_time - *facts.request_time < limits.short_abandon ? kT03 : kT04;
}

std::string_view FormatTelephonyResult(TelephonyResult result) {
  static constexpr std::array<std::string_view, kTelephonyResultCount + 1> kNames = {
      "T??", "T01", "T02", "T03", "T04", "T05", "T06", "T07",
      "T08", "T09", "T10", "T11", "T12", "T13", "T14"};
  const auto index = static_cast<size_t>(result);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

std::string_view FormatEndCause(EndCause cause) {
  switch (cause) {
    case EndCause::kCallerHungUp:
      return "caller_hung_up";
    case EndCause::kTargetHungUp:
      return "target_hung_up";
    case EndCause::kQueueTimeout:
      return "queue_timeout";
    case EndCause::kQueueFull:
      return "queue_full";
    case EndCause::kNoAgent:
      return "no_agent";
    case EndCause::kSystemFailure:
      return "system_failure";
    case EndCause::kMediaLost:
      return "media_lost";
    case EndCause::kRestricted:
      return "restricted";
    case EndCause::kCallbackBooked:
      return "callback_booked";
  }
  return "unknown";
}

}  // namespace hotline
