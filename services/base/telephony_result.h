// Which of the T-codes a call ended with, and what the connect rates count.
//
// Source: the hotline's outcome taxonomy; rate A = (T01+T02)/(T01…T12), rate B leaves T03 out of
// the denominator, GB/T 33358-2016 for the 15 s target. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace hotline {

/// The exactly one telephony result of an inbound call.
enum class TelephonyResult {
  kT01 = 1,   ///< answered within the target
  kT02 = 2,   ///< answered later
  kT03 = 3,   ///< short abandon in the queue
  kT04 = 4,   ///< hung up in the queue
  kT05 = 5,   ///< hung up while a seat or station rang
  kT06 = 6,   ///< queue time-out
  kT07 = 7,   ///< queue full
  kT08 = 8,   ///< nobody signed in, no station open
  kT09 = 9,   ///< booked a call-back
  kT10 = 10,  ///< left a voicemail
  kT11 = 11,  ///< handed back to the 12345 operator
  kT12 = 12,  ///< system or line failure
  kT13 = 13,  ///< refused by an approved restriction
  kT14 = 14,  ///< ended in the announcement
};

inline constexpr int kTelephonyResultCount = 14;

/// Why a call ended.
enum class EndCause {
  kCallerHungUp = 1,
  kTargetHungUp = 2,
  kQueueTimeout = 3,
  kQueueFull = 4,
  kNoAgent = 5,
  kSystemFailure = 6,
  kMediaLost = 7,
  kRestricted = 8,
  kCallbackBooked = 9,  ///< the caller would rather be called back
};

/// What decides the result of an ended call.
struct CallFacts {
  std::optional<absl::Time> request_time;  ///< asked for a person; none: ended in the announcement
  std::optional<absl::Time> answer_time;   ///< a seat or station answered
  absl::Time end_time;
  bool ringing = false;  ///< a seat or station rang when it ended
  EndCause cause = EndCause::kCallerHungUp;
};

/// Per-area numbers that the result depends on.
struct ResultLimits {
  absl::Duration answer_target = absl::Seconds(15);  ///< T01 if answered within (inclusive)
  absl::Duration short_abandon = absl::Seconds(5);   ///< T03 if shorter than; zero: no T03
};

/// Returns the one result of a call with these facts.
TelephonyResult ResultOf(const CallFacts& facts, const ResultLimits& limits);

/// "T01" … "T14".
std::string_view FormatTelephonyResult(TelephonyResult result);
/// "caller_hung_up" …
std::string_view FormatEndCause(EndCause cause);

constexpr bool IsAnswered(TelephonyResult r) {
  return r <= TelephonyResult::kT02;
}

constexpr bool IsAbandoned(TelephonyResult r) {
  return r >= TelephonyResult::kT03 && r <= TelephonyResult::kT05;
}

/// T06 … T12: requested, neither answered nor abandoned.
constexpr bool IsFailed(TelephonyResult r) {
  return r >= TelephonyResult::kT06 && r <= TelephonyResult::kT12;
}

/// T01 … T12: the caller asked for a person; the denominator of rate A.
constexpr bool IsRequested(TelephonyResult r) {
  return r <= TelephonyResult::kT12;
}

}  // namespace hotline
