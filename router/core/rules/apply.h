// Which rule an event or a deadline calls. Events have been checked before.
#pragma once

#include "router/core/state/area.h"

namespace hotline::router {

void Apply(Area& area, const Event& event);

/// Applies all deadlines up to `now` in order, each at its own time.
void ApplyDeadlines(Area& area, absl::Time now);

/// Begins an epoch at area.now; called before the deadlines that the gap has missed.
void StartEpoch(Area& area);

}  // namespace hotline::router
