// What the router shows of an area, as messages. Pure functions.
#pragma once

#include "absl/time/time.h"

#include "router/core/stats.h"
#include "router/core/views.h"
#include "services/runtime/proto_time.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::router {

using hotline::FromProto;
using hotline::ToProto;

v1::Seat ToProto(const SeatView& seat);
v1::Queue ToProto(const QueueView& queue);
v1::Station ToProto(const StationView& station);
v1::Call ToProto(const CallView& call, absl::Time now);
v1::Callback ToProto(const CallbackView& callback);
v1::AreaStats ToProto(const AreaStats& stats);
v1::Control ToProto(const ControlView& control);

}  // namespace hotline::router
