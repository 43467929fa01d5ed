// A whole router: the strand, its gRPC services and their end, in the right order. main.cc runs
// one; tests run two in one process.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"

#include "router/core/event.h"
#include "router/service/strand.h"
#include "services/runtime/access_key.h"
#include "services/runtime/endpoint.h"

namespace hotline::router {

struct RouterServerOptions {
  StrandOptions strand;  ///< its seats are set from `seats`
  std::vector<SeatProfile> seats;
  Endpoint listen;
  AccessKey access_key;
};

class RouterServer {
 public:
  /// Starts to serve; health says NOT_SERVING until the core is loaded from Redis.
  /// Returns: what GrpcServer::Start and Strand::Start say.
  static absl::StatusOr<std::unique_ptr<RouterServer>> Start(RouterServerOptions options,
                                                             Metrics& metrics);

  /// Drops everything at once; the lease runs out by itself.
  virtual ~RouterServer() = default;

  /// Returns where it listens, with the actual port.
  virtual const Endpoint& address() const = 0;

  /// Gives the lease back, so that the other router takes over at once, then ends all streams.
  virtual void Drain() = 0;

  virtual Strand& strand() = 0;
};

}  // namespace hotline::router
