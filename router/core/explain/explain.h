// Records why the rules did what they did, and looks at everybody who could take a call. Reads the
// area, decides nothing.
#pragma once

#include "router/core/explain/decision.h"
#include "router/core/state/area.h"

namespace hotline::router {

/// Rows of one look, and the seats that are looked at when somebody asks; the rest is counted. An
/// answer is made between two decisions and must not hold them up.
inline constexpr size_t kMaxCandidates = 200;
inline constexpr size_t kMaxSeatsLookedAt = 2000;
/// The same in a record of the sample, and the seats that are looked at for it: a decision of a
/// large area must not pay for all of them.
inline constexpr size_t kMaxSampledCandidates = 50;
inline constexpr size_t kMaxSampledSeats = 200;

/// Each records a decision about `call` as it stands. Cheap, and nothing if the area keeps none.
void NoteWaits(Area& area, Call& call);
void NoteHeld(Area& area, Call& call);
void NoteHoldOver(Area& area, Call& call);
void NoteWidened(Area& area, Call& call);
/// Of the target in call.seat or call.station; every area.config.explain.full_every-th offer with
/// everybody who was looked at. Before the seat's state changes.
void NoteOffered(Area& area, Call& call, Overtake overtake);
void NoteOfferOver(Area& area, Call& call, OfferFailure why);
void NoteReleased(Area& area, Call& call);
/// A step in the life of a call-back; `result` counts with kCallbackOver.
void NoteCallback(Area& area, Call& call, DecisionKind kind,
                  CallbackResult result = CallbackResult::kFailed);

/// Looks at no more than `max_seats` signed-in seats and at the stations of the call's queue.
/// Requires: call.queue is set.
Candidates LookAtAll(const Area& area, const Call& call, size_t max_rows, size_t max_seats);

/// Returns why `call` is where it is; nothing if it neither lives nor has decisions that are kept.
std::optional<Explanation> ExplainCall(const Area& area, CallId call);

}  // namespace hotline::router
