// Between the media protocol and the core's vocabulary. Pure functions.
#pragma once

#include <optional>

#include "services/call/core/action.h"
#include "services/call/core/event.h"

#include "hotline/media/v1/media_service.pb.h"

namespace hotline::call {

/// Returns the command, without its id.
media::v1::ControlRequest ToProto(const MediaAction& action);

/// What kind of command it is, for the answer that says it failed.
MediaCommand KindOf(const MediaAction& action);

/// Returns the event of a response; `failed` is the kind of the command it answers. Nothing if
/// there is no event in it or a leg's id is not one of ours.
std::optional<Event> ToEvent(const media::v1::ControlResponse& response, MediaCommand failed);

}  // namespace hotline::call
