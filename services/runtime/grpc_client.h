// Channels to the hotline's own services; what every call says of itself (access.h: ActAsSystem);
// and deadlines: no call without one.
#pragma once

#include <memory>
#include <string>

#include "absl/time/time.h"

#include "services/runtime/endpoint.h"

namespace grpc {
class Channel;
class ClientContext;
}  // namespace grpc

namespace hotline {

/// How a client treats a server.
struct ChannelOptions {
  int max_message_bytes = 256 << 10;
  absl::Duration keepalive_time = absl::Seconds(20);  ///< not below the server's min_ping_interval
  absl::Duration keepalive_timeout = absl::Seconds(5);
  absl::Duration min_reconnect_wait = absl::Milliseconds(100);
  absl::Duration max_reconnect_wait = absl::Seconds(1);  ///< a restarted peer is found this soon
  /// True: a connection of its own. False: channels to the same address share one.
  bool own_connection = false;
};

/// Returns a channel that connects by itself when it is first used.
std::shared_ptr<grpc::Channel> MakeChannel(const Endpoint& server,
                                           const ChannelOptions& options = {});

/// Returns a context for a call that must be over within `timeout`.
std::unique_ptr<grpc::ClientContext> MakeCallContext(absl::Duration timeout);

/// Returns a context for a stream that lives as long as both processes; keepalive finds dead peers.
std::unique_ptr<grpc::ClientContext> MakeStreamContext();

/// Makes `context`, which is a member or a local, what MakeCallContext returns.
void PrepareContext(absl::Duration timeout, grpc::ClientContext& context);

/// Returns a context for a call on behalf of somebody else: `signed_identity` is SignIdentity's.
std::unique_ptr<grpc::ClientContext> MakeContextFor(const std::string& signed_identity,
                                                    absl::Duration timeout);

}  // namespace hotline
