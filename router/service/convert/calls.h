// Calls between the protos (the border) and the core's values, and what is said to call services.
// Pure functions.
#pragma once

#include <string>

#include "absl/status/statusor.h"

#include "router/core/action.h"
#include "router/core/event.h"
#include "services/runtime/proto_time.h"

#include "hotline/router/v1/attach_service.pb.h"

namespace hotline::router {

using hotline::FromProto;
using hotline::ToProto;

v1::LegEnd ToLegEnd(OfferFailure why);
OfferFailure FromLegEnd(v1::LegEnd end);
v1::Call::State ToState(CallState state);

v1::SkillLevel ToProto(const SkillLevel& s);
v1::Target ToProto(const Target& target);
v1::CallRequest ToProto(const CallRequest& request);
v1::LiveCall ToProto(const LiveCall& call);

// From a call service. Returns: INVALID_ARGUMENT if a call's id cannot be read.
absl::StatusOr<CallId> FromCallId(const std::string& text);
absl::StatusOr<CallRequest> FromRequest(const v1::CallRequest& in);
absl::StatusOr<CallEnded> FromRecord(const v1::CallRecord& in);
absl::StatusOr<LiveCall> FromLive(const v1::LiveCall& in);

/// Returns the record of an ended call with its result: the call service's account, or what the
/// router knows if it had to conclude the call alone.
v1::CallRecord ToRecord(const CallOutcome& outcome);

/// Returns the message for the call service, without the epoch.
v1::AttachResponse ToMessage(const MakeOffer& offer);
v1::AttachResponse ToMessage(const WithdrawOffer& withdrawal);
v1::AttachResponse ToMessage(const OfferCallback& offer);
v1::AttachResponse ToMessage(const CallbackAnswer& answer);
v1::AttachResponse ToMessage(const DialCaller& dial);
v1::AttachResponse ToMessage(const EndAttempt& end);
v1::AttachResponse ToMessage(const ReleaseCall& release);

}  // namespace hotline::router
