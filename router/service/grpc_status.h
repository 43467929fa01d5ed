// Our errors as gRPC shows them: the code, a sentence, and a reason that programs can read.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace grpc {
class ServerContextBase;
class Status;
}  // namespace grpc

namespace hotline::router {

/// The trailing metadata that carries the reason.
inline constexpr char kReasonKey[] = "hotline-reason";

/// Returns "STANDBY", "UNKNOWN_SEAT_OR_QUEUE", "WRONG_STATE", "INVALID", "OVERLOADED" …
std::string_view ReasonOf(const absl::Status& status);

/// Returns `status` for the peer.
grpc::Status ToGrpc(const absl::Status& status);

/// The same, with its reason in the trailing metadata of `context`.
grpc::Status ToGrpc(const absl::Status& status, grpc::ServerContextBase& context);

}  // namespace hotline::router
