// What a status looks like on the wire: code and sentence, and its payloads as google.rpc.Status in
// grpc-status-details-bin.
//
// Pure functions.
#pragma once

#include <string>

#include "absl/status/status.h"
#include <grpcpp/support/status.h>

namespace hotline::ticket {

/// Returns the status with its payloads as error details.
grpc::Status ToGrpc(const absl::Status& status);

/// Returns a serialised google.rpc.Status: code, message, and every payload as an Any.
std::string EncodeDetails(const absl::Status& status);

}  // namespace hotline::ticket
