// grpc.health.v1 of a server whose calls come to a QueueStrand; gRPC's own uses the callback API.
//
// Lives on the strand. Debian ships no health.proto: on the wire a HealthCheckRequest (the service,
// field 1) is a StringValue and a HealthCheckResponse (an enum, field 1) an Int32Value.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <google/protobuf/wrappers.pb.h>

#include "services/runtime/queue_service.h"

namespace hotline {

class GrpcHealth final : public QueueService {
 public:
  GrpcHealth();

  /// Of "", the server as a whole; it begins as NOT_SERVING. No other service is known.
  void SetServing(bool serving);

 private:
  using Request = google::protobuf::StringValue;
  using Response = google::protobuf::Int32Value;
  class Watch;

  void Check(UnaryCall& call, const Request& request, Response& response);
  absl::StatusOr<std::shared_ptr<ServerStream<Request, Response>>> AcceptWatch(
      grpc::ServerContext& context);

  bool serving_ = false;
  std::vector<Watch*> watches_;
};

}  // namespace hotline
