// Is it there? Questions to single processes: gRPC health, the call service, the media service.
//
// Each one blocks until it knows or its time-out is over.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "hotline/call/v1/call_service.pb.h"
#include "hotline/media/v1/media_service.pb.h"

namespace hotline::ctl {

/// Waits until the process at `address` says SERVING to grpc.health.v1.
/// Returns: UNAVAILABLE with what it said last when `timeout` is over.
absl::Status AwaitServing(const std::string& address, absl::Duration timeout);

/// Asks the call service for its state.
absl::StatusOr<call::v1::GetStatusResponse> AskCallService(const std::string& address,
                                                           absl::Duration timeout);
/// Asks the call service for its live calls.
absl::StatusOr<call::v1::ListLiveCallsResponse> AskLiveCalls(const std::string& address,
                                                             absl::Duration timeout);
/// Asks the media service for its counters.
absl::StatusOr<media::v1::GetStatsResponse> AskMediaService(const std::string& address,
                                                            absl::Duration timeout);

}  // namespace hotline::ctl
