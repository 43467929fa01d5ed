// The nouns of routing: priorities, skills, targets, states. Values only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "services/base/ids.h"
#include "services/base/telephony_result.h"

namespace hotline::router {

/// How urgent a call is; smaller is served first. P0 (crisis) never waits behind others.
enum class Priority : uint8_t { kP0 = 0, kP1 = 1, kP2 = 2, kP3 = 3 };

/// A skill with a level of 1 to 5: what a seat has, or the least that a call needs.
struct SkillLevel {
  std::string skill;
  int level = 1;
  friend auto operator<=>(const SkillLevel&, const SkillLevel&) = default;
};

enum class TargetKind : uint8_t { kSeat = 1, kStation = 2 };

/// A place that takes calls.
struct Target {
  TargetKind kind = TargetKind::kSeat;
  std::string id;
  friend auto operator<=>(const Target&, const Target&) = default;
};

enum class SeatState : uint8_t {
  kSignedOut,
  kNotReady,
  kReady,
  kOffered,
  kOnCall,
  kWrapUp,
  kUnknown
};

/// kDialling: a call-back's seat is held, and the caller's telephone rings.
enum class CallState : uint8_t { kQueued, kOffered, kConnected, kHeld, kEnded, kDialling };

/// Why an offer came to nothing. The router withdraws with kNoAnswer or kCancelled.
enum class OfferFailure : uint8_t { kNoAnswer, kDeclined, kUnreachable, kCancelled, kFailed };

/// A call service process: its stable name and the number of this run of it.
struct Node {
  std::string name;
  uint64_t instance = 0;
  friend auto operator<=>(const Node&, const Node&) = default;
};

/// Ids that a call may bar, and bytes of each id.
inline constexpr size_t kMaxBarred = 32;
inline constexpr size_t kMaxBarredBytes = 64;

/// What a caller asks for.
struct CallRequest {
  CallId call;
  std::string queue;
  std::vector<SkillLevel> skills;  ///< besides the queue's own
  bool has_priority = false;       ///< false: the queue's own priority
  Priority priority = Priority::kP3;
  absl::Time arrive_time;           ///< INVITE
  absl::Time request_time;          ///< asked for a person; the wait counts from here
  std::string entry;                ///< "direct", "transfer_12345" …
  std::vector<std::string> barred;  ///< seats, agents, providers, stations that may not take it;
                                    ///< sorted, at most kMaxBarred
  uint32_t clearance = 0;           ///< the least that whoever takes it must have
  std::string preferred_agent;      ///< has the caller's case or spoke with the caller last
  friend bool operator==(const CallRequest&, const CallRequest&) = default;
};

/// A caller who would rather be called back than wait on the line.
struct CallbackRequest {
  CallId callback;        ///< names the call to be made: new, never that of another call
  CallId origin;          ///< the waiting call, which ends (T09) when the call-back is booked
  std::string matter;     ///< caller and matter as a keyed hash: at most one call-back each
  std::string contact;    ///< where to call, sealed by the call service: opaque here, never logged
  bool voice = true;      ///< false: the caller's contact mode is text, nobody may call
  bool any_hour = false;  ///< the caller asked for it: the call hours do not count
  friend bool operator==(const CallbackRequest&, const CallbackRequest&) = default;
};

/// Why a call-back is not booked.
enum class CallbackRefusal : uint8_t {
  kNone,        ///< it is booked
  kNotOffered,  ///< the queue has none, or the call service cannot dial
  kNotWaiting,  ///< the call is unknown, is being answered, or a crisis
  kText,        ///< the contact mode bars voice calls
  kTwice,       ///< this caller has one for this matter
  kFull,        ///< the queue's limit
};

/// How a call-back ended; exactly one each.
enum class CallbackResult : uint8_t {
  kTalked,      ///< caller and seat or station talked
  kAbandoned,   ///< the caller answered, but hung up before a seat did
  kNotReached,  ///< the retry plan is used up
  kExpired,     ///< its time ran out before it came to that
  kCancelled,   ///< by the caller or a person on the caller's behalf
  kFailed,      ///< a failure of ours, or no place after all
};

std::string_view FormatCallbackRefusal(CallbackRefusal why);   ///< "text" …
std::string_view FormatCallbackResult(CallbackResult result);  ///< "talked" …
std::string_view FormatSeatState(SeatState state);             ///< "not ready" …
std::string_view FormatCallState(CallState state);             ///< "queued" …
std::string_view FormatOfferFailure(OfferFailure why);         ///< "no_answer" …

}  // namespace hotline::router
