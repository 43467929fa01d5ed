#include "services/call/service/grpc_service.h"

#include <utility>

#include "services/call/service/call_node.h"
#include "services/runtime/access.h"
#include "services/runtime/queue_service.h"

#include "hotline/call/v1/call_service.pb.h"

namespace hotline::call {
namespace {

class Service : public QueueService {
 public:
  Service(CallNode& node, const Gate& gate) : node_(node), gate_(gate) {
    Answer(this, &Service::GetStatus);
    Answer(this, &Service::ListLiveCalls);
    Answer(this, &Service::GetCaller);
  }

  void GetStatus(UnaryCall& call, const v1::GetStatusRequest& request,
                 v1::GetStatusResponse& response) {
    const auto caller = gate_.Check(call.context(), request);
    if (!caller.ok()) return call.Finish(caller.status());
    node_.GetStatus([&call, &response](v1::GetStatusResponse status) {
      response = std::move(status);
      call.Finish(grpc::Status::OK);
    });
  }

  void ListLiveCalls(UnaryCall& call, const v1::ListLiveCallsRequest& request,
                     v1::ListLiveCallsResponse& response) {
    const auto caller = gate_.Check(call.context(), request);
    if (!caller.ok()) return call.Finish(caller.status());
    const auto after = ParseCallId(request.page_token());
    if (!after && !request.page_token().empty()) {
      return call.Finish(
          absl::InvalidArgumentError("page_token is not one that ListLiveCalls gave"));
    }
    node_.ListLiveCalls(after.value_or(CallId()),
                        [&call, &response](v1::ListLiveCallsResponse calls) {
                          response = std::move(calls);
                          call.Finish(grpc::Status::OK);
                        });
  }

  void GetCaller(UnaryCall& call, const v1::GetCallerRequest& request,
                 v1::GetCallerResponse& response) {
    const auto caller = gate_.Check(call.context(), request);
    if (!caller.ok()) return call.Finish(caller.status());
    const auto id = ParseCallId(request.call_id());
    if (!id) {
      return call.Finish(absl::InvalidArgumentError("call_id is not one of a call"));
    }
    node_.GetCaller(*id, [&call, &response](const std::optional<PhoneNumber>& number) {
      if (!number) {
        return call.Finish(absl::NotFoundError("this call is not known, or ended too long ago"));
      }
      response.set_number(number->Unmasked());
      response.set_withheld(number->kind() == PhoneNumber::Kind::kAnonymous);
      call.Finish(grpc::Status::OK);
    });
  }

 private:
  CallNode& node_;
  const Gate& gate_;
};

}  // namespace

std::unique_ptr<QueueService> MakeCallService(CallNode& node, const Gate& gate) {
  return std::make_unique<Service>(node, gate);
}

}  // namespace hotline::call
