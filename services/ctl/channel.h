// gRPC as this program uses it. Only included by the sources that talk gRPC.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include <grpcpp/grpcpp.h>

#include "services/runtime/grpc_client.h"

namespace hotline::ctl {

/// A frozen router is noticed within the sum of these while its area is watched.
inline constexpr absl::Duration kKeepaliveTime = absl::Seconds(10);
inline constexpr absl::Duration kKeepaliveTimeout = absl::Seconds(3);
/// A process that starts now is found this soon.
inline constexpr absl::Duration kMaxReconnectWait = absl::Milliseconds(500);

/// Requires: ParseAddress() accepts `address`.
inline std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  return MakeChannel(Endpoint::Parse(address).value(), {.keepalive_time = kKeepaliveTime,
                                                        .keepalive_timeout = kKeepaliveTimeout,
                                                        .max_reconnect_wait = kMaxReconnectWait});
}

/// gRPC's codes are absl's codes. What a failed connection says is long and differs from try to
/// try.
inline absl::Status ToStatus(const grpc::Status& status) {
  if (status.error_message().starts_with("failed to connect to all addresses")) {
    return absl::UnavailableError("cannot connect");
  }
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

}  // namespace hotline::ctl
