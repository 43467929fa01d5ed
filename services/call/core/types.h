// The nouns of a call: its legs, what it asks for, how it ended. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "services/base/ids.h"
#include "services/base/telephony_result.h"

namespace hotline::call {

/// One leg of a call: one SIP dialog and one RTP port. Leg 0 is the caller's; every offer adds one.
struct LegId {
  CallId call;
  uint32_t index = 0;
  friend auto operator<=>(const LegId&, const LegId&) = default;
};

inline constexpr uint32_t kCallerLeg = 0;

/// "<call id>-<index>": the name of a leg towards the media node and in logs.
std::string FormatLegId(LegId leg);
/// Returns: nothing if FormatLegId did not write `text`.
std::optional<LegId> ParseLegId(std::string_view text);

enum class TargetKind : uint8_t { kSeat = 1, kStation = 2 };

/// A place that takes calls.
struct Target {
  TargetKind kind = TargetKind::kSeat;
  std::string id;
  friend bool operator==(const Target&, const Target&) = default;
};

/// How urgent a call is; smaller is served first.
enum class Priority : uint8_t { kP0 = 0, kP1 = 1, kP2 = 2, kP3 = 3 };

/// What a caller asks for.
struct CallRequest {
  CallId call;
  std::string queue;
  std::optional<Priority> priority;        ///< none: the queue's own
  absl::Time arrive_time;                  ///< INVITE
  std::optional<absl::Time> request_time;  ///< the announcement ended; the wait counts from here
  std::string entry;                       ///< "direct", "transfer_12345" …
  std::vector<std::string> barred = {};    ///< who may not take it: conflict of interest
  uint32_t clearance = 0;                  ///< the least that whoever takes it must have
  friend bool operator==(const CallRequest&, const CallRequest&) = default;
};

/// How one leg went.
enum class LegEnd : uint8_t {
  kUp = 0,           ///< has not ended
  kCompleted = 1,    ///< talked, then ended
  kNoAnswer = 2,     ///< rang until the offer expired
  kDeclined = 3,     ///< refused by the person
  kUnreachable = 4,  ///< the phone is not there
  kCancelled = 5,    ///< nobody's choice: the caller hung up, it was withdrawn or never rung
  kFailed = 6,       ///< a failure of ours
};

std::string_view FormatLegEnd(LegEnd end);  ///< "completed" …

/// One leg with its times.
struct LegRecord {
  std::optional<Target> target;  ///< none: the caller's leg
  std::optional<absl::Time> invite_time;
  std::optional<absl::Time> ring_time;
  std::optional<absl::Time> answer_time;
  std::optional<absl::Time> end_time;
  LegEnd end = LegEnd::kUp;
  int sip_status = 0;  ///< the final status of an unanswered leg, 0 if none
  friend bool operator==(const LegRecord&, const LegRecord&) = default;
};

/// The facts of an ended call.
struct CallRecord {
  CallRequest request;
  std::optional<absl::Time> answer_time;  ///< a seat or station answered
  std::optional<Target> answered_by;
  bool ringing = false;  ///< a seat or station rang when it ended
  absl::Time end_time;
  EndCause cause = EndCause::kCallerHungUp;
  std::vector<LegRecord> legs;  ///< the caller's first, then every offer's in order
  friend bool operator==(const CallRecord&, const CallRecord&) = default;
};

enum class CallState : uint8_t { kQueued = 1, kOffered = 2, kConnected = 3, kHeld = 4 };

/// A live call that routers know of, as an announcement tells it.
struct LiveCall {
  CallRequest request;
  CallState state = CallState::kQueued;
  std::optional<Target> target;  ///< who rings or talks
  OfferId offer;
  std::optional<absl::Time> answer_time;
  friend bool operator==(const LiveCall&, const LiveCall&) = default;
};

// Final statuses that calls end or answer with (RFC 3261 §21).
inline constexpr int kSipRequestTimeout = 408;
inline constexpr int kSipNotAcceptableHere = 488;
inline constexpr int kSipServiceUnavailable = 503;

}  // namespace hotline::call
