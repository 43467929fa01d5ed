// The routers of an area, as a client sees them: one is active and takes commands, the other stands
// by.
//
// Each call asks who is active (once, until that answer is proved old), sends the request there,
// and on UNAVAILABLE looks again until the time-out is over, so that a failover is only a short
// wait. Every request has a deadline. One thread at a time, except Watch(), which may run in its
// own.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "hotline/router/v1/area_service.pb.h"
#include "hotline/router/v1/seat_service.pb.h"

namespace hotline::ctl {

/// What one router said when it was asked for its role.
struct RouterAnswer {
  std::string address;
  absl::StatusOr<router::v1::GetAreaResponse> area;
};

class Routers {
 public:
  /// Requires: at least one address; `timeout` bounds each of the calls below.
  Routers(const std::vector<std::string>& addresses, absl::Duration timeout);
  ~Routers();

  /// Asks every router at once for its role; the answers are in the order of the addresses.
  std::vector<RouterAnswer> Survey();

  // Views. Where no router is active, any that stands by answers from its copy (see stale()).
  absl::StatusOr<router::v1::GetAreaResponse> Ask(const router::v1::GetAreaRequest& request);
  /// All pages from the one that `request` names.
  absl::StatusOr<router::v1::ListSeatsResponse> Ask(router::v1::ListSeatsRequest request);
  absl::StatusOr<router::v1::ListQueuesResponse> Ask(const router::v1::ListQueuesRequest& request);
  absl::StatusOr<router::v1::ListStationsResponse> Ask(
      const router::v1::ListStationsRequest& request);
  absl::StatusOr<router::v1::ListCallsResponse> Ask(const router::v1::ListCallsRequest& request);
  absl::StatusOr<router::v1::ExplainCallResponse> Ask(
      const router::v1::ExplainCallRequest& request);
  absl::StatusOr<router::v1::GetStatsResponse> Ask(const router::v1::GetStatsRequest& request);

  // Commands: only the active router carries them out. Repeating one with its request id is
  // harmless.
  absl::StatusOr<router::v1::ListCallbacksResponse> Ask(
      const router::v1::ListCallbacksRequest& request);
  absl::StatusOr<router::v1::CancelCallbackResponse> Ask(
      const router::v1::CancelCallbackRequest& request);
  absl::StatusOr<router::v1::SetDrainResponse> Ask(const router::v1::SetDrainRequest& request);
  absl::StatusOr<router::v1::SignInResponse> Ask(const router::v1::SignInRequest& request);
  absl::StatusOr<router::v1::SignOutResponse> Ask(const router::v1::SignOutRequest& request);
  absl::StatusOr<router::v1::SetReadyResponse> Ask(const router::v1::SetReadyRequest& request);
  absl::StatusOr<router::v1::SetNotReadyResponse> Ask(
      const router::v1::SetNotReadyRequest& request);
  absl::StatusOr<router::v1::ExtendWrapUpResponse> Ask(
      const router::v1::ExtendWrapUpRequest& request);
  absl::StatusOr<router::v1::HeartbeatResponse> Ask(const router::v1::HeartbeatRequest& request);

  /// True if the last view came from a router that stands by.
  bool stale() const;

  /// Watches the area until `stop`: calls `update` with each message, the first of every connection
  /// being full, and `lost` with a sentence (not twice the same) whenever the connection is gone;
  /// then it connects to whoever is active.
  void Watch(const std::stop_token& stop,
             const std::function<void(const router::v1::WatchAreaResponse&)>& update,
             const std::function<void(const std::string&)>& lost);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotline::ctl
