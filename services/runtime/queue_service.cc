#include "services/runtime/queue_service.h"

#include "absl/strings/str_cat.h"

#include "services/base/check.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_refusal.h"

namespace hotline {

void UnaryCall::Finish(const absl::Status& status) {
  Finish(ToGrpcStatus(status));
}

std::string QueueService::PathOf(const google::protobuf::Descriptor& request) {
  const auto* method = MethodOf(request);
  HOTLINE_CHECK(method != nullptr, "each request belongs to one method");
  return absl::StrCat("/", method->service()->full_name(), "/", method->name());
}

void QueueService::Refuse(ServerCall& call, const absl::Status& why) {
  call.Finish(ToGrpcStatus(why));
}

}  // namespace hotline
