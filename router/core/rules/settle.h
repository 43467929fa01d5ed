// Brings together, after each event and each deadline, all that it made possible: freed seats and
// new calls, calls that nobody can serve any more, stations with room.
#pragma once

#include "router/core/state/area.h"

namespace hotline::router {

void Settle(Area& area);

}  // namespace hotline::router
