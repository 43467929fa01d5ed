// How the core's records look from outside: views.h filled from entities.h.
#pragma once

#include "router/core/state/entities.h"
#include "router/core/views.h"

namespace hotline::router {

SeatView ViewOf(const Seat& seat);
CallView ViewOf(const Call& call, absl::Time now);
/// Requires: it is a call-back.
CallbackView CallbackViewOf(const Call& call);
QueueView ViewOf(const Queue& queue, absl::Time now);
StationView ViewOf(const Station& station, absl::Time now);

}  // namespace hotline::router
