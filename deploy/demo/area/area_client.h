// The routers of an area as a robot needs them: find the active one, ask it, ask again after a
// failover.
//
// Blocking calls from any thread. A request that finds no active router is repeated, with the same
// request id, until its patience is over: a take-over is a pause, not an error.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "hotline/router/v1/area_service.pb.h"
#include "hotline/router/v1/seat_service.pb.h"

namespace hotline::demo {

class AreaClient {
 public:
  /// `routers`: host:port of each. `patience`: how long a request looks for an active one.
  explicit AreaClient(std::vector<std::string> routers, absl::Duration patience = kPatience);
  ~AreaClient();
  AreaClient(const AreaClient&) = delete;
  AreaClient& operator=(const AreaClient&) = delete;

  const std::vector<std::string>& routers() const { return routers_; }

  /// What one router says of itself. UNAVAILABLE if it does not answer.
  absl::StatusOr<router::v1::GetAreaResponse> AskRouter(const std::string& router);
  /// The router that is active under the highest epoch; nothing if none is.
  std::optional<std::string> FindActive();

  absl::StatusOr<router::v1::Seat> SignIn(const std::string& seat, bool ready,
                                          absl::Duration heartbeat_timeout);
  absl::StatusOr<router::v1::Seat> SignOut(const std::string& seat);
  absl::StatusOr<router::v1::Seat> SetReady(const std::string& seat);
  absl::StatusOr<router::v1::Seat> SetNotReady(const std::string& seat, const std::string& reason);
  absl::StatusOr<router::v1::Seat> Heartbeat(const std::string& seat);

  absl::StatusOr<router::v1::AreaStats> GetStats();
  /// The newest `count` ended calls, newest first.
  absl::StatusOr<std::vector<router::v1::CallRecord>> ListEnded(int count);
  absl::StatusOr<router::v1::ListCallsResponse> ListLive();
  absl::StatusOr<router::v1::ListSeatsResponse> ListSeats();
  absl::StatusOr<router::v1::ListQueuesResponse> ListQueues();

  static constexpr absl::Duration kPatience = absl::Seconds(10);
  static constexpr absl::Duration kDeadline = absl::Seconds(2);

 private:
  struct Router;
  friend class AreaWatch;

  Router& At(const std::string& router);
  absl::Status Call(const std::function<absl::Status(Router&)>& request);

  const std::vector<std::string> routers_;
  const absl::Duration patience_;
  std::vector<std::unique_ptr<Router>> stubs_;  // one per router, in order
  std::mutex mutex_;
  std::string active_;  // the last known; empty: find it
};

}  // namespace hotline::demo
