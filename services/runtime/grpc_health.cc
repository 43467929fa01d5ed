#include "services/runtime/grpc_health.h"

namespace hotline {
namespace {

/// HealthCheckResponse.ServingStatus.
enum Health { kServing = 1, kNotServing = 2, kServiceUnknown = 3 };

/// Whoever watches and does not read is cut off.
constexpr size_t kUnreadStates = 16;
constexpr size_t kMaxHealthWatches = 64;

}  // namespace

class GrpcHealth::Watch final : public ServerStream<Request, Response> {
 public:
  explicit Watch(GrpcHealth& health) : health_(health) { health_.watches_.push_back(this); }

  void OnMessage(Request request) override {
    known_ = request.value().empty();
    asked_ = true;
    Tell();
  }

  void OnReadEnd() override { Finish(grpc::Status::OK); }

  void OnGone() override { std::erase(health_.watches_, this); }

  void Tell() {
    if (!asked_) return;
    Response response;
    response.set_value(!known_ ? kServiceUnknown : health_.serving_ ? kServing : kNotServing);
    Send(response);
  }

 private:
  GrpcHealth& health_;
  bool asked_ = false, known_ = false;
};

GrpcHealth::GrpcHealth() {
  Answer(this, &GrpcHealth::Check, "/grpc.health.v1.Health/Check");
  Accept(this, &GrpcHealth::AcceptWatch, kUnreadStates, "/grpc.health.v1.Health/Watch");
}

void GrpcHealth::SetServing(bool serving) {
  if (serving == serving_) return;
  serving_ = serving;
  for (Watch* watch : watches_) watch->Tell();
}

void GrpcHealth::Check(UnaryCall& call, const Request& request, Response& response) {
  if (!request.value().empty()) {
    return call.Finish(absl::NotFoundError("only the server as a whole is known here"));
  }
  response.set_value(serving_ ? kServing : kNotServing);
  call.Finish(grpc::Status::OK);
}

auto GrpcHealth::AcceptWatch(grpc::ServerContext&)
    -> absl::StatusOr<std::shared_ptr<ServerStream<Request, Response>>> {
  if (watches_.size() >= kMaxHealthWatches) {
    return absl::ResourceExhaustedError("too many watch this server's health already");
  }
  return std::make_shared<Watch>(*this);
}

}  // namespace hotline
