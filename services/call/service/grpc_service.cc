#include "services/call/service/grpc_service.h"

#include <utility>

#include "services/call/service/call_node.h"

#include "hotline/call/v1/call_service.grpc.pb.h"

namespace hotline::call {
namespace {

class Service : public v1::CallService::CallbackService {
 public:
  explicit Service(CallNode& node) : node_(node) {}

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest*,
                                      v1::GetStatusResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    node_.GetStatus([reactor, response](v1::GetStatusResponse status) {
      *response = std::move(status);
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

  grpc::ServerUnaryReactor* ListLiveCalls(grpc::CallbackServerContext* context,
                                          const v1::ListLiveCallsRequest*,
                                          v1::ListLiveCallsResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    node_.ListLiveCalls([reactor, response](v1::ListLiveCallsResponse calls) {
      *response = std::move(calls);
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

 private:
  CallNode& node_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCallService(CallNode& node) {
  return std::make_unique<Service>(node);
}

}  // namespace hotline::call
