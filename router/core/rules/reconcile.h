// What happens when a call service comes, goes, or says what is alive: the core corrects itself.
//
// The live SIP dialog is the highest truth. Of a call the core gives up, it keeps that it was told:
// should it come back after all, it is served, but not counted twice.
#pragma once

#include "router/core/state/area.h"

namespace hotline::router {

/// Makes the core agree with all that the call service says. Requires: not of an older instance.
void Announce(Area& area, const NodeAnnounced& event);
/// Its calls keep their places without offers; the grace begins.
void Detach(Area& area, NodeEntry& node);
/// The grace is over: concludes its calls and forgets the node.
void GiveUp(Area& area, NodeEntry& node);

}  // namespace hotline::router
