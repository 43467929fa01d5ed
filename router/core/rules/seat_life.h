// The life of a seat. Commands come from consoles and supervisors (Step has checked them with
// check.h), the rest from offers, calls and deadlines.
//
//   signed out ─ sign in ─► not ready ◄──► ready ─ offer ─► offered ─ answer ─► on call
//       ▲                   ▲  ▲             ▲                 │                   │
//       │                   │  └ declined, no answer, … ───────┘                   ▼
//       │                   └───────── as was asked ─┴────────────────────────  wrap-up
//       └ sign out; from a call at its end, without wrap-up
//
//   any signed-in state ─ no heartbeat ─► unknown ─ any sign of life ─► the state before
#pragma once

#include <string>

#include "router/core/state/area.h"

namespace hotline::router {

void SignIn(Area& area, const SeatSignedIn& event);
/// Withdraws an offer that rings; on a call it takes effect at the end, without a wrap-up.
void SignOut(Area& area, Seat& seat);
/// Ends a wrap-up; on a call it takes back what should follow.
void SetReady(Area& area, Seat& seat);
/// Withdraws an offer that rings; on a call it takes effect after the wrap-up.
void SetNotReady(Area& area, Seat& seat, const std::string& reason);
void ExtendWrapUp(Area& area, Seat& seat, absl::Duration extension);
/// A sign of life: moves the heartbeat deadline, and brings a seat back from UNKNOWN.
void Heard(Area& area, Seat& seat);

/// Deadlines.
void HeartbeatLapsed(Area& area, Seat& seat);
void WrapUpOver(Area& area, Seat& seat);
/// A new router took over: gives every heartbeat its full time again.
void RestartHeartbeats(Area& area);

/// Requires: the seat is ready.
void SeatOffered(Area& area, Seat& seat, Call& call);
/// Requires: the seat has no call, or is offered this one. Any state: a live dialog overrules.
void SeatConnected(Area& area, Seat& seat, Call& call);
/// The offer came to nothing. kCancelled is nobody's fault: the seat keeps its place in the idle
/// order.
void SeatOfferOver(Area& area, Seat& seat, OfferFailure why);
/// The talk is over. `wrap_up` is the queue's.
void SeatCallOver(Area& area, Seat& seat, absl::Duration wrap_up);

/// Fills what follows from a seat's state in queues and the matcher, for a seat read from a
/// snapshot.
void EnrolRestored(Area& area, Seat& seat);

}  // namespace hotline::router
