// What the router decided. The shell carries actions out in order, after the event is in the
// journal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "router/core/event.h"
#include "router/core/policy/control.h"
#include "router/core/types.h"

namespace hotline::router {

/// Why this call and not an older one of the same queue got the seat; recorded with each offer.
/// Older is who asked earlier; where several are passed over, the reason is that of the oldest.
enum class Overtake : uint8_t {
  kNone,      ///< nobody older waits in this queue
  kPriority,  ///< a higher priority
  kSkill,     ///< the older ones need what this target does not have
  kNode,      ///< the older ones' call service is away
  kStation,   ///< to a station where the older ones may not go: not yet, or it failed them already
  kRing,      ///< the seat is in a ring that the older ones have not been let into
  kIndex,     ///< its seat time saves more callers: the order "connect"
  kTurn,      ///< its turn after so many calls of priority groups
  kBar,       ///< the law keeps the older ones from this seat or station
  kHold,      ///< affinity: this one was held for the seat, or the older ones are for another
  kGain,      ///< to a station, whose time saves more callers with this one
  kNear,      ///< the seat is of its own first ring
};

/// Ring `target` for `call`. To the call service `node`.
struct MakeOffer {
  Node node;
  CallId call;
  OfferId offer;
  Target target;
  std::string extension;
  absl::Time expire_time;
  Overtake overtake = Overtake::kNone;
  bool callback = false;  ///< the caller is not on the line: DialCaller follows the answer
  friend bool operator==(const MakeOffer&, const MakeOffer&) = default;
};

/// Stop ringing. To the call service.
struct WithdrawOffer {
  Node node;
  CallId call;
  OfferId offer;
  OfferFailure why = OfferFailure::kCancelled;
  friend bool operator==(const WithdrawOffer&, const WithdrawOffer&) = default;
};

/// Tell the caller that there is no place, and hang up. To the call service, which answers
/// CallEnded.
struct ReleaseCall {
  Node node;
  CallId call;
  EndCause cause = EndCause::kQueueTimeout;
  friend bool operator==(const ReleaseCall&, const ReleaseCall&) = default;
};

/// Ask the waiting caller whether a call-back would be better. To the call service.
struct OfferCallback {
  Node node;
  CallId call;
  friend bool operator==(const OfferCallback&, const OfferCallback&) = default;
};

/// Whether CallbackAsked is booked. To the call service; if so, a ReleaseCall for the call that
/// waited follows.
struct CallbackAnswer {
  Node node;
  CallId origin;
  CallId callback;
  CallbackRefusal refusal = CallbackRefusal::kNone;
  friend bool operator==(const CallbackAnswer&, const CallbackAnswer&) = default;
};

/// Call the caller for call-back `call`, to connect with who answered its offer, or (caller first)
/// for an offer that follows. To the call service, which says CallerAnswered or CallerFailed.
struct DialCaller {
  Node node;
  CallId call;
  CallId origin;
  std::string contact;  ///< as in CallbackRequest
  absl::Time expire_time;
  friend bool operator==(const DialCaller&, const DialCaller&) = default;
};

/// The attempt is over: hang up what it has, and forget it. To the call service.
struct EndAttempt {
  Node node;
  CallId call;
  friend bool operator==(const EndAttempt&, const EndAttempt&) = default;
};

/// A call-back is over, with its one result.
struct CallbackOutcome {
  CallId callback;
  CallId origin;
  CallbackResult result = CallbackResult::kFailed;
  uint32_t attempts = 0;  ///< times the caller was dialled
  std::optional<Target> answered_by;
  std::string record;
  friend bool operator==(const CallbackOutcome&, const CallbackOutcome&) = default;
};

/// A seat's state changed. For the projection and those who watch.
struct SeatChanged {
  std::string seat;
  SeatState state = SeatState::kSignedOut;
  std::string reason;
  CallId call;
  friend bool operator==(const SeatChanged&, const SeatChanged&) = default;
};

/// A call's state changed. kEnded: it is released, and known until its CallOutcome; or it is over
/// and had its outcome before, because it came back after its call service was given up. A
/// connected call without target talks to someone the core cannot name: two calls were announced on
/// one seat, or a station that is configured no more.
struct CallChanged {
  CallId call;
  CallState state = CallState::kQueued;
  std::optional<Target> target;
  friend bool operator==(const CallChanged&, const CallChanged&) = default;
};

/// A station's load changed or it opened or closed.
struct StationChanged {
  std::string station;
  bool open = false;
  uint32_t busy = 0;
  friend bool operator==(const StationChanged&, const StationChanged&) = default;
};

/// The stations opened or closed for escalation by gain, or call-backs for those who wait, and why.
struct ControlChanged {
  bool open = false;
  bool calls_back = false;
  ControlReason reason = ControlReason::kNone;
  double price = 0;  ///< lost calls that an hour of a station must save
  friend bool operator==(const ControlChanged&, const ControlChanged&) = default;
};

/// A call is over, with its one result. Emitted exactly once per call.
struct CallOutcome {
  CallRequest request;
  CallFacts facts;
  std::optional<Target> answered_by;
  TelephonyResult result = TelephonyResult::kT12;
  std::string record;  ///< as in CallEnded; empty if the router had to conclude it alone
  friend bool operator==(const CallOutcome& a, const CallOutcome& b);
};

using Action = std::variant<MakeOffer, WithdrawOffer, ReleaseCall, SeatChanged, CallChanged,
                            StationChanged, ControlChanged, CallOutcome, OfferCallback,
                            CallbackAnswer, DialCaller, EndAttempt, CallbackOutcome>;

std::string_view FormatOvertake(Overtake overtake);  ///< "priority" …; "" if none

/// One line for tests and logs, for example "offer 00000000000C1 → s1 until …".
std::string FormatAction(const Action& action);

}  // namespace hotline::router
