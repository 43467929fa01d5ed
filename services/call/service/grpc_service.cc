#include "services/call/service/grpc_service.h"

#include <utility>

#include "services/call/service/call_node.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_refusal.h"

#include "hotline/call/v1/call_service.grpc.pb.h"

namespace hotline::call {
namespace {

class Service : public v1::CallService::CallbackService {
 public:
  Service(CallNode& node, const Gate& gate) : node_(node), gate_(gate) {}

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override {
    if (const auto caller = gate_.Check(*context, *request); !caller.ok()) {
      return RefuseUnary(*context, caller.status());
    }
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    node_.GetStatus([reactor, response](v1::GetStatusResponse status) {
      *response = std::move(status);
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

  grpc::ServerUnaryReactor* ListLiveCalls(grpc::CallbackServerContext* context,
                                          const v1::ListLiveCallsRequest* request,
                                          v1::ListLiveCallsResponse* response) override {
    if (const auto caller = gate_.Check(*context, *request); !caller.ok()) {
      return RefuseUnary(*context, caller.status());
    }
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    node_.ListLiveCalls([reactor, response](v1::ListLiveCallsResponse calls) {
      *response = std::move(calls);
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

  grpc::ServerUnaryReactor* GetCaller(grpc::CallbackServerContext* context,
                                      const v1::GetCallerRequest* request,
                                      v1::GetCallerResponse* response) override {
    if (const auto caller = gate_.Check(*context, *request); !caller.ok()) {
      return RefuseUnary(*context, caller.status());
    }
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const auto call = ParseCallId(request->call_id());
    if (!call) {
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "call_id is not one of a call"});
      return reactor;
    }
    node_.GetCaller(*call, [reactor, response](const std::optional<PhoneNumber>& number) {
      if (!number) {
        return reactor->Finish(
            {grpc::StatusCode::NOT_FOUND, "this call is not known, or ended too long ago"});
      }
      response->set_number(number->Unmasked());
      response->set_withheld(number->kind() == PhoneNumber::Kind::kAnonymous);
      reactor->Finish(grpc::Status::OK);
    });
    return reactor;
  }

 private:
  CallNode& node_;
  const Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCallService(CallNode& node, const Gate& gate) {
  return std::make_unique<Service>(node, gate);
}

}  // namespace hotline::call
