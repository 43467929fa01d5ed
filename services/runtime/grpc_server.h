// A gRPC server with the limits of a hotline process: health, deadlines for silent peers, bounds on
// messages, metadata, streams and memory, and an end that lets work finish.
//
// Thread-safe. Libraries that use it link hotline_runtime.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/runtime/endpoint.h"

namespace grpc {
class Server;
class ServerBuilder;
class Service;
}  // namespace grpc

namespace hotline {

/// What a peer may cost us. Every number is a limit that a test or an attack has reached somewhere.
struct GrpcLimits {
  int max_message_bytes = 256 << 10;  ///< larger: RESOURCE_EXHAUSTED
  int max_metadata_bytes = 8 << 10;
  int max_streams_per_connection = 100;         ///< the HTTP/2 setting; more wait at the client
  size_t max_memory_bytes = size_t{256} << 20;  ///< of all connections together
  int max_threads = 64;                         ///< for synchronous services
  absl::Duration keepalive_time = absl::Seconds(20);    ///< silence before we ask
  absl::Duration keepalive_timeout = absl::Seconds(5);  ///< silence after it: the peer is gone
  absl::Duration min_ping_interval = absl::Seconds(10);
  int max_ping_strikes = 3;
  absl::Duration handshake_timeout = absl::Seconds(5);
  /// Behind a load balancer 30 min spreads peers anew. Not for Attach and Watch streams within a
  /// host: a new connection there means a re-announcement of all calls.
  absl::Duration max_connection_age = absl::InfiniteDuration();
  absl::Duration max_connection_age_grace = absl::Seconds(60);
};

class QueueService;
class QueueStrand;

class GrpcServer {
 public:
  /// Starts to serve `services`, which must outlive the server, and grpc.health.v1 for "" as
  /// SERVING. `what` names the server in errors ("the router"). Returns: as ListenTcp.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(
      const Endpoint& listen, const std::vector<grpc::Service*>& services, std::string what,
      const GrpcLimits& limits = {});

  /// The same for services whose calls come to `strand`, which must outlive the server and serves
  /// no other. No thread of gRPC's own is needed.
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Start(
      const Endpoint& listen, QueueStrand& strand, const std::vector<QueueService*>& services,
      std::string what, const GrpcLimits& limits = {});

  /// Drain(0) if that has not been called.
  ~GrpcServer();

  /// Returns where it listens, with the actual port.
  const Endpoint& address() const { return address_; }

  /// Health for "": a stand-by that cannot serve says so.
  void SetServing(bool serving);

  /// Says NOT_SERVING, takes no new calls, waits until running ones end and cancels those that are
  /// still there after `grace` (open streams, as a rule). Returns when all handlers are done. Not
  /// from the strand.
  void Drain(absl::Duration grace);

 private:
  class Reception;

  GrpcServer(std::unique_ptr<grpc::Server> server, Endpoint address,
             std::unique_ptr<Reception> reception);
  static absl::StatusOr<std::unique_ptr<GrpcServer>> Build(const Endpoint& listen,
                                                           grpc::ServerBuilder& builder,
                                                           std::unique_ptr<Reception> reception,
                                                           const std::string& what);

  std::unique_ptr<grpc::Server> server_;
  Endpoint address_;
  std::unique_ptr<Reception> reception_;  ///< of calls that come to a strand; else null
  bool drained_ = false;
};

}  // namespace hotline
