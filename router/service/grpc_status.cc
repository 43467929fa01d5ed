#include "router/service/grpc_status.h"

#include <string>

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

namespace hotline::router {

std::string_view ReasonOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return "OK";
    case absl::StatusCode::kUnavailable:
      return "STANDBY";
    case absl::StatusCode::kNotFound:
      return "UNKNOWN_SEAT_OR_QUEUE";
    case absl::StatusCode::kFailedPrecondition:
      return "WRONG_STATE";
    case absl::StatusCode::kInvalidArgument:
      return "INVALID";
    case absl::StatusCode::kResourceExhausted:
      return "OVERLOADED";
    case absl::StatusCode::kAborted:
      return "SUPERSEDED";
    case absl::StatusCode::kUnauthenticated:
      return "WHO_CALLS";
    case absl::StatusCode::kPermissionDenied:
      return "NOT_ALLOWED";
    default:
      return "INTERNAL";
  }
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

grpc::Status ToGrpc(const absl::Status& status, grpc::ServerContextBase& context) {
  if (!status.ok()) context.AddTrailingMetadata(kReasonKey, std::string(ReasonOf(status)));
  return ToGrpc(status);
}

}  // namespace hotline::router
