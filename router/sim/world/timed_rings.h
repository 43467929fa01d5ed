// The rival of rings by expected wait: a caller waits for the home group's seats, and after a fixed
// time for every seat that serves him (Genesys' target expansion, mod_callcenter's tier rules).
//
// The live core has no such rule, so this is a small simulation of its own: first come first served
// among those whom a seat may take, longest idle seat first. Pure. Source: science.md §3.9.
#pragma once

#include "router/sim/world/day.h"
#include "router/sim/world/engine.h"

namespace hotline::sim {

/// Runs the day; after `widen` seconds everybody helps. Seats leave after their talk.
DayRun RunTimedRings(const Day& day, double widen);

}  // namespace hotline::sim
