// The life of a call-back: a place in line that is kept while the caller is not on the line.
//
//   asked ─► rests ◄──────────────────────── attempt failed (retry plan)
//              │ due: time, call hours, a call service            │
//              ▼                                                  │
//           in line ─ match ─► offered ─ seat answered ─► dialling ─ caller answered ─► connected
//              (caller first:  dialling ─ caller answered ─► offered ─ seat answered ─►)
//
// A call-back is a Call with Call::callback set. While it is away() nobody is on the line, no limit
// of a wait counts and it is not among those who wait; it competes in the lines at its virtual
// start all the same. It ends in exactly one CallbackOutcome; the call it replaces ended as T09.
#pragma once

#include <array>
#include <string>

#include "router/core/state/area.h"

namespace hotline::router {

/// How long after the last attempt the next one may begin; the first at once.
inline constexpr std::array<absl::Duration, 4> kRetryPlan = {absl::ZeroDuration(), absl::Minutes(1),
                                                             absl::Minutes(3), absl::Minutes(10)};

/// When the call is to be asked whether to be called back; InfiniteFuture: never, or it is past.
/// Requires: it waits in a queue.
absl::Time CallbackOfferTime(const Area& area, const Call& call);
/// Asks whoever has waited long enough, once, while the control lets call-backs be offered.
void MayOfferCallback(Area& area, Call& call);
/// The same for all who wait: the control has just opened.
void OfferCallbacks(Area& area);

/// A waiting caller accepts. Answered with CallbackAnswer; the same request again is no harm.
void AskCallback(Area& area, NodeEntry& node, const CallbackRequest& request);
/// Requires: it is away. It is gone afterwards.
void CancelCallback(Area& area, Call& call);

/// Puts an away call-back in line if it is due, else lets it rest until then. Requires: kQueued.
void AwaitTurn(Area& area, Call& call);
void LeaveTurn(Area& area, Call& call);
/// The deadline of one that rests or is in line. `call` may be gone afterwards.
void TurnIsDue(Area& area, Call& call);

/// Its seat answered: the caller is called.
void SeatAwaitsCaller(Area& area, Call& call);
/// Calls the caller while call.seat is held.
void Dial(Area& area, Call& call);
void CallerHasAnswered(Area& area, Call& call);
/// This attempt came to nothing, or the seat gave up. `call` may be gone afterwards.
void CallerHasFailed(Area& area, Call& call);
/// The deadline while the caller's telephone rings.
void DialExpired(Area& area, Call& call);

/// The one end of a call-back. `call` is gone afterwards.
void EndCallback(Area& area, Call& call, CallbackResult result, std::string record = {});

/// Its call service knows nothing of the attempt (any more): back in line, not counted.
void AttemptIsLost(Area& area, Call& call);
/// Takes what the call service says of a call-back. Returns whether it is now an ordinary call in
/// the core's eyes, to be corrected as such.
bool CorrectCallback(Area& area, Call& call, CallState announced);
/// Finds each away call-back a call service that is there, and puts those in line that are due.
void HouseCallbacks(Area& area);
/// `node` is about to be forgotten.
void EvictCallbacks(Area& area, const NodeEntry& node);

}  // namespace hotline::router
