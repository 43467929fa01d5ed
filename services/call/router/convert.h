// Between the router's protocol and the core's vocabulary. Pure functions.
#pragma once

#include <optional>

#include "services/call/core/action.h"
#include "services/call/core/event.h"
#include "services/call/core/types.h"
#include "services/runtime/proto_time.h"

#include "hotline/router/v1/attach_service.pb.h"

namespace hotline::call {

using hotline::FromProto;
using hotline::ToProto;

router::v1::CallRecord ToProto(const CallRecord& record);
router::v1::LiveCall ToProto(const LiveCall& call);

/// Returns the event, without its seq.
router::v1::CallEvent ToProto(const Report& report);

/// Returns the event of an offer, withdrawal or release. Nothing if it is another message or a
/// call's id cannot be read.
std::optional<Event> ToEvent(const router::v1::AttachResponse& response);

}  // namespace hotline::call
