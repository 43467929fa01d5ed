// Sends gRPC's own messages to our log; it would write plain text to stderr. For grpc_server.cc and
// grpc_client.cc.
#pragma once

namespace hotline {

/// Takes effect for the whole process; again and again is harmless. Thread-safe.
void RouteGrpcLog();

}  // namespace hotline
