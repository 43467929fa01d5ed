// What the core learns from each call for its forecasts: waits, talks, wrap-ups, ends.
#pragma once

#include "router/core/state/area.h"

namespace hotline::router {

/// Estimates the wait of a call that begins to wait for the first time.
void EstimateWait(Area& area, Call& call);
/// Returns the expected wait of one more call with this requirement, from its own seats and line.
double WaitInRing(const Area& area, const Call& call);

/// The call is answered for the first time, at `when`.
void LearnAnswered(Area& area, const Call& call, absl::Time when);
/// The call is over without an answer; `hung_up`: by the caller's own will.
void LearnLost(Area& area, const Call& call, absl::Time when, bool hung_up);
/// A talk with a seat or station is over.
void LearnTalk(Area& area, const Call& call);
/// A seat leaves its wrap-up for ready or not ready.
void LearnWrapUp(Area& area, const Seat& seat);

}  // namespace hotline::router
