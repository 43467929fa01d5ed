// All that can happen to an area's router. Together with their times, events are the whole truth:
// the journal keeps them, and replaying them gives the same state.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "router/core/policy/control.h"
#include "router/core/types.h"

namespace hotline::router {

/// What a seat is, fixed from sign-in to sign-out.
struct SeatProfile {
  std::string seat;
  std::string agent;                ///< account id
  std::string extension;            ///< SIP user of its phone
  std::vector<std::string> queues;  ///< sorted
  std::vector<SkillLevel> skills;   ///< sorted by skill
  std::string group;                ///< site or team: decides the ring; may be empty
  std::string provider;             ///< law firm or office; may be empty
  uint32_t clearance = 0;           ///< what may be confided to it
  bool suspended = false;           ///< the provider's licence rests: gets no calls
  friend bool operator==(const SeatProfile&, const SeatProfile&) = default;
};

struct SeatSignedIn {
  SeatProfile profile;
  bool ready = false;
  absl::Duration heartbeat_timeout;  ///< zero: no heartbeats expected
  friend bool operator==(const SeatSignedIn&, const SeatSignedIn&) = default;
};

struct SeatSignedOut {
  std::string seat;
  friend bool operator==(const SeatSignedOut&, const SeatSignedOut&) = default;
};

struct SeatReady {  ///< also ends a wrap-up
  std::string seat;
  friend bool operator==(const SeatReady&, const SeatReady&) = default;
};

struct SeatNotReady {
  std::string seat;
  std::string reason;
  friend bool operator==(const SeatNotReady&, const SeatNotReady&) = default;
};

struct WrapUpExtended {
  std::string seat;
  absl::Duration extension;
  friend bool operator==(const WrapUpExtended&, const WrapUpExtended&) = default;
};

struct SeatHeartbeat {
  std::string seat;
  friend bool operator==(const SeatHeartbeat&, const SeatHeartbeat&) = default;
};

struct CallQueued {
  CallRequest request;
  friend bool operator==(const CallQueued&, const CallQueued&) = default;
};

struct OfferRinging {
  CallId call;
  OfferId offer;
  friend bool operator==(const OfferRinging&, const OfferRinging&) = default;
};

struct OfferAnswered {
  CallId call;
  OfferId offer;
  friend bool operator==(const OfferAnswered&, const OfferAnswered&) = default;
};

struct OfferFailed {
  CallId call;
  OfferId offer;
  OfferFailure why = OfferFailure::kFailed;
  friend bool operator==(const OfferFailed&, const OfferFailed&) = default;
};

struct CallHeld {
  CallId call;
  bool held = false;
  friend bool operator==(const CallHeld&, const CallHeld&) = default;
};

/// A waiting caller accepts to be called back.
struct CallbackAsked {
  CallbackRequest request;
  friend bool operator==(const CallbackAsked&, const CallbackAsked&) = default;
};

/// The called-back caller took the call.
struct CallerAnswered {
  CallId call;
  friend bool operator==(const CallerAnswered&, const CallerAnswered&) = default;
};

/// The attempt to reach the caller came to nothing.
struct CallerFailed {
  CallId call;
  OfferFailure why = OfferFailure::kNoAnswer;
  friend bool operator==(const CallerFailed&, const CallerFailed&) = default;
};

/// An ended call as its call service saw it. `record` is the call service's full account (legs and
/// times), opaque here and handed on in CallOutcome.
struct CallEnded {
  CallRequest request;  ///< queue may be empty if the call never asked for a person
  CallFacts facts;
  std::optional<Target> answered_by;
  std::string record;
  friend bool operator==(const CallEnded& a, const CallEnded& b);
};

/// One event of a call service. Events of one instance carry seq 1, 2, 3 …; repeats are ignored,
/// and so are events of an instance that has not announced itself.
struct NodeEvent {
  Node node;
  uint64_t seq = 0;
  std::variant<CallQueued, OfferRinging, OfferAnswered, OfferFailed, CallHeld, CallEnded,
               CallbackAsked, CallerAnswered, CallerFailed>
      what;
  friend bool operator==(const NodeEvent&, const NodeEvent&) = default;
};

/// A live call in an announcement.
struct LiveCall {
  CallRequest request;
  CallState state = CallState::kQueued;
  std::optional<Target> target;  ///< who rings or talks
  OfferId offer;
  std::optional<absl::Time> answer_time;
  friend bool operator==(const LiveCall&, const LiveCall&) = default;
};

/// A call service (re)attached and says all that is alive. The live SIP dialog is the highest
/// truth: the core corrects itself. Calls of an older instance that are not in it are lost, with an
/// outcome.
struct NodeAnnounced {
  Node node;
  std::vector<LiveCall> calls;
  std::vector<CallEnded> ended;  ///< perhaps already counted; then ignored
  uint64_t last_seq = 0;
  bool calls_back = false;  ///< it can dial callers
  friend bool operator==(const NodeAnnounced&, const NodeAnnounced&) = default;
};

/// A call service's stream broke. Its calls go on; no new offers until it is back or the grace is
/// over.
struct NodeDetached {
  Node node;
  friend bool operator==(const NodeDetached&, const NodeDetached&) = default;
};

/// The caller, or a person on the caller's behalf, wants no call-back any more.
struct CallbackCancelled {
  CallId callback;
  friend bool operator==(const CallbackCancelled&, const CallbackCancelled&) = default;
};

struct DrainSet {
  bool draining = false;
  friend bool operator==(const DrainSet&, const DrainSet&) = default;
};

/// A supervisor opens or closes the stations for escalation by gain, or hands them to the control.
struct ControlSet {
  ControlMode mode = ControlMode::kAuto;
  friend bool operator==(const ControlSet&, const ControlSet&) = default;
};

/// A router took over: heartbeat and node deadlines start anew, so that nobody is punished for the
/// gap, and other deadlines that were missed in it count as due now. It has no streams yet: every
/// call service counts as detached until it announces itself.
struct EpochStarted {
  uint64_t epoch = 0;
  friend bool operator==(const EpochStarted&, const EpochStarted&) = default;
};

/// A deadline was due.
struct Tick {
  friend bool operator==(const Tick&, const Tick&) = default;
};

using Event = std::variant<SeatSignedIn, SeatSignedOut, SeatReady, SeatNotReady, WrapUpExtended,
                           SeatHeartbeat, NodeEvent, NodeAnnounced, NodeDetached, DrainSet,
                           ControlSet, EpochStarted, Tick, CallbackCancelled>;

/// One line for tests and logs; never personal data.
std::string FormatEvent(const Event& event);

}  // namespace hotline::router
