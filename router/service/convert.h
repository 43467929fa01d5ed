// Between the protos (the border) and the core's values. Pure functions.
//
// Events are always made from their journal form, live and in a replay, so that both see the same.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "router/core/action.h"
#include "router/core/event.h"
#include "router/core/stats.h"
#include "router/core/views.h"

#include "hotline/router/v1/area_service.pb.h"
#include "hotline/router/v1/attach_service.pb.h"
#include "hotline/router/v1/journal.pb.h"

namespace hotline::router {

google::protobuf::Timestamp ToProto(absl::Time t);
google::protobuf::Duration ToProto(absl::Duration d);
absl::Time FromProto(const google::protobuf::Timestamp& t);
absl::Duration FromProto(const google::protobuf::Duration& d);

/// Returns the event in its journal form, without its time.
v1::JournalEvent ToJournal(const Event& event);

/// Returns the core's event.
/// Returns: INVALID_ARGUMENT if an id, queue or target in it cannot be read.
absl::StatusOr<Event> FromJournal(const v1::JournalEvent& event);

v1::LiveCall ToProto(const LiveCall& call);
v1::CallRequest ToProto(const CallRequest& request);
v1::Seat ToProto(const SeatView& seat);
v1::Queue ToProto(const QueueView& queue);
v1::Station ToProto(const StationView& station);
v1::Call ToProto(const CallView& call, absl::Time now);
v1::AreaStats ToProto(const AreaStats& stats);
v1::Target ToProto(const Target& target);

/// Returns the record of an ended call with its result: the call service's account, or what the
/// router knows if it had to conclude the call alone.
v1::CallRecord ToRecord(const CallOutcome& outcome);

/// Returns the message for the call service, without the epoch.
v1::AttachResponse ToMessage(const MakeOffer& offer);
v1::AttachResponse ToMessage(const WithdrawOffer& withdrawal);
v1::AttachResponse ToMessage(const ReleaseCall& release);

}  // namespace hotline::router
