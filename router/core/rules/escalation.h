// Escalation by gain: which waiting call goes to a station now, and the control's clock.
#pragma once

#include "router/core/state/area.h"

namespace hotline::router {

/// Returns how many callers a mean call's time of a station saves from hanging up if it is spent on
/// calls like `call`, now.
double GainOf(const Area& area, const Call& call);

/// Sets the next look, if there is something to look at. After every event.
void PlanEscalation(Area& area);
/// The escalation's deadline: offers stations the calls that gain most, above the price.
void Escalate(Area& area);
/// The control's deadline.
void LookAtControl(Area& area);

/// A supervisor opens or closes the stations, or hands them back to the control.
void SetControlMode(Area& area, ControlMode mode);

}  // namespace hotline::router
