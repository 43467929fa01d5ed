// The life of a call, from asking for a person to its one outcome.
//
//   queued ─ match ─► offered ─ answered ─► connected ◄──► held
//    │  ▲                │                      │
//    │  └── comes to nothing                    │
//    └─ max_wait, no_seat_wait, full ─► released│
//                                           │   │
//   CallEnded, or its call service lost: ───┴───┴─► outcome, forgotten
#pragma once

#include <optional>
#include <string>

#include "router/core/state/area.h"

namespace hotline::router {

/// A caller asks for a person. Known and lately ended calls are ignored.
void CallAsks(Area& area, NodeEntry& node, const CallRequest& request);
/// Enters a call that is alive at its node, without a state yet. Requires: the id is unknown.
Call& AddCall(Area& area, NodeEntry& node, CallRequest request);

/// Finds the queue a call asked for, what it needs there and its rank; leaves `queue` null if there
/// is no such queue (any more).
void EnterQueue(Area& area, Call& call);
/// Puts a waiting call of a snapshot in line, without telling anybody.
void ResumeWaiting(Area& area, Call& call);

/// Puts the call in line, at its old place if it has waited before.
void BeginWaiting(Area& area, Call& call);
void StopWaiting(Area& area, Call& call);
/// Its node went away or came back: a parked call keeps its place, but gets no offers.
void Park(Area& area, Call& call);
void Unpark(Area& area, Call& call);
/// Looks again at what the waiting call may hope for, and at its next deadline.
void PlanWait(Area& area, Call& call);
/// The deadline of a waiting call.
void WaitIsDue(Area& area, Call& call);
/// A call that was held for a seat is anybody's from now on. Requires: it is held.
void EndHold(Area& area, Call& call);

void SetHeld(Area& area, Call& call, bool held);
/// Tells the call service to let the caller go; the call stays known until CallEnded.
void Release(Area& area, Call& call, EndCause cause);

/// Counts an ended call and forgets it. Ended unannounced calls are counted too, lately ended ones
/// not.
void CallHasEnded(Area& area, NodeEntry& node, const CallEnded& ended);
/// Concludes a call that its call service lost. `call` is gone afterwards.
void CallIsLost(Area& area, Call& call);

/// A station that could not be reached takes no offers for the area's unreachable_pause.
void Rest(Area& area, Station& station);
/// A station's deadline: its hours changed or its rest is over.
void StationIsDue(Area& area, Station& station);
/// Sets all stations' states for `area.now`: at the first Step, and after a restore.
void WakeStations(Area& area);

}  // namespace hotline::router
