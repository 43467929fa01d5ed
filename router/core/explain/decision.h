// What the router decided about a call, and why: one compact record each, and for a sample or on
// request everybody who could have taken the call. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"

#include "router/core/action.h"
#include "router/core/types.h"

namespace hotline::router {

/// What was decided.
enum class DecisionKind : uint8_t {
  kWaits,      ///< nobody may take it at once
  kHeld,       ///< for the agent who has the case
  kHoldOver,   ///< anybody may take it again
  kWidened,    ///< into the next ring
  kOffered,    ///< to Decision::target
  kOfferOver,  ///< the offer to Decision::target came to nothing
  kReleased,
  kCallbackOffered,  ///< the caller is asked
  kBooked,           ///< a call-back, at its virtual start
  kDialled,          ///< the caller of a call-back
  kNotReached,       ///< this attempt
  kCallbackOver,     ///< with Decision::result
};

/// Why somebody does not get the call; the first that holds, the law before all.
enum class Exclusion : uint8_t {
  kNone,        ///< could take it
  kConflict,    ///< the call bars this seat, agent, provider or station
  kClearance,   ///< too low
  kSuspended,   ///< the provider is
  kOtherQueue,  ///< serves other queues
  kSkill,       ///< lacks a skill or its level
  kRing,        ///< in a ring that the call has not been let into
  kState,       ///< not ready, rings, talks …
  kReserved,    ///< kept for more urgent calls
  kHeld,        ///< the call is held for another seat
  kClosed,      ///< a station outside its hours
  kFull,        ///< a station with no line free
  kRests,       ///< a station that was not reachable a moment ago
  kVisited,     ///< a station that failed the call
  kNotYet,      ///< a station: the call may not be escalated yet
  kNode,        ///< the call's own call service is away
  kRestsBack,   ///< a call-back that rests: retry plan, call hours, nobody to dial
};

/// One seat or station as a call sees it.
struct Candidate {
  Target target;
  Exclusion why = Exclusion::kNone;
  SeatState state = SeatState::kSignedOut;  ///< of a seat
  uint32_t ring = 0;                        ///< of a seat that serves the queue
  int64_t key = 0;                          ///< the queue's seat order; smaller goes first
  absl::Duration ready_for;                 ///< of a ready seat
  friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// All who were looked at: first those who could take the call, in their order.
struct Candidates {
  std::vector<Candidate> rows;
  uint32_t left_off = 0;  ///< rows beyond the limit
  uint32_t unseen = 0;    ///< seats that were not looked at
  friend bool operator==(const Candidates&, const Candidates&) = default;
};

struct Decision {
  absl::Time time;
  CallId call;
  DecisionKind kind = DecisionKind::kWaits;
  std::optional<Target> target;
  Overtake overtake = Overtake::kNone;              ///< of an offer
  OfferFailure failure = OfferFailure::kFailed;     ///< of an offer that is over
  EndCause cause = EndCause::kQueueTimeout;         ///< of a release
  CallbackResult result = CallbackResult::kFailed;  ///< of a call-back that is over
  uint32_t attempts = 0;                            ///< of a call-back
  absl::Duration waited;                            ///< since it asked
  Priority priority = Priority::kP3;
  uint32_t ring = 0;
  uint32_t others_ready = 0;     ///< further seats that could take it now
  std::string next_seat;         ///< the first of them in the queue's seat order
  uint32_t others_waiting = 0;   ///< in its queue
  uint32_t in_reach = 0;         ///< seats that can serve it, now or when they are free
  bool capped = false;           ///< it has waited beyond the hard cap
  double score = 0;              ///< policy/call_order.h; of an offer to a seat
  absl::Duration expected_wait;  ///< of one that waits, as told at the start; zero: none told
  std::optional<Candidates> candidates;  ///< of the sample
};

/// Why a call is where it is.
struct Explanation {
  CallId call;
  std::string policy_version;
  std::vector<Decision> decisions;  ///< oldest first, as far as they are kept
  bool live = false;
  std::optional<Candidates> candidates;  ///< of a call that waits: everybody, as they stand
};

std::string_view FormatDecisionKind(DecisionKind kind);  ///< "waits" …
std::string_view FormatExclusion(Exclusion why);         ///< "skill" …; "" if none

/// One line each for tests and people, without the time; never personal data.
std::string FormatDecision(const Decision& decision);
std::string FormatCandidate(const Candidate& candidate);

}  // namespace hotline::router
