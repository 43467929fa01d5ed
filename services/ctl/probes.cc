#include "services/ctl/probes.h"

#include <thread>

#include "absl/strings/str_cat.h"
#include "google/protobuf/empty.pb.h"
#include "google/protobuf/wrappers.pb.h"
#include <grpcpp/generic/generic_stub.h>

#include "services/ctl/channel.h"

#include "hotline/call/v1/call_service.grpc.pb.h"
#include "hotline/media/v1/media_service.grpc.pb.h"

namespace hotline::ctl {
namespace {

using google::protobuf::Empty;
using google::protobuf::Int32Value;

/// grpc.health.v1.HealthCheckResponse.SERVING.
constexpr int kServing = 1;
/// Between two questions to a process that is still starting.
constexpr std::chrono::milliseconds kHealthPause(100);
/// A process that does not answer one question within this is asked again.
constexpr absl::Duration kHealthQuestion = absl::Seconds(2);

/// One grpc.health.v1.Health/Check of the whole server. Debian ships no health.proto; on the wire
/// an empty HealthCheckRequest is an Empty, and HealthCheckResponse (an enum in field 1) is an
/// Int32Value.
absl::StatusOr<int> CheckHealth(const std::shared_ptr<grpc::Channel>& channel,
                                absl::Duration timeout) {
  grpc::TemplatedGenericStub<Empty, Int32Value> stub(channel);
  grpc::ClientContext context;
  PrepareContext(timeout, context);
  grpc::CompletionQueue queue;
  const auto question =
      stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", Empty(), &queue);
  question->StartCall();
  Int32Value answer;
  grpc::Status status;
  question->Finish(&answer, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  if (!status.ok()) return ToStatus(status);
  return answer.value();
}

template <class Service, class Request, class Response>
absl::StatusOr<Response> AskOnce(const std::string& name, const std::string& address,
                                 absl::Duration timeout,
                                 grpc::Status (Service::Stub::*method)(grpc::ClientContext*,
                                                                       const Request&, Response*),
                                 const Request& request = {}) {
  const auto stub = Service::NewStub(Connect(address));
  grpc::ClientContext context;
  PrepareContext(timeout, context);
  Response response;
  const absl::Status status = ToStatus(((*stub).*method)(&context, request, &response));
  if (status.ok()) return response;
  return absl::Status(status.code(), absl::StrCat(name, " ", address, ": ", status.message()));
}

}  // namespace

absl::Status AwaitServing(const std::string& address, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  const auto channel = Connect(address);
  std::string last;
  for (;;) {
    const absl::StatusOr<int> health =
        CheckHealth(channel, std::min(deadline - absl::Now(), kHealthQuestion));
    if (health.ok() && *health == kServing) return absl::OkStatus();
    last = health.ok() ? "it says that it is not serving" : std::string(health.status().message());
    if (absl::Now() + absl::FromChrono(kHealthPause) >= deadline) break;
    std::this_thread::sleep_for(kHealthPause);
  }
  return absl::UnavailableError(
      absl::StrCat(address, " does not serve after ", absl::FormatDuration(timeout), ": ", last));
}

absl::StatusOr<call::v1::GetStatusResponse> AskCallService(const std::string& address,
                                                           absl::Duration timeout) {
  return AskOnce<call::v1::CallService>("call service", address, timeout,
                                        &call::v1::CallService::Stub::GetStatus);
}

absl::StatusOr<call::v1::ListLiveCallsResponse> AskLiveCalls(const std::string& address,
                                                             absl::Duration timeout) {
  call::v1::ListLiveCallsRequest request;
  call::v1::ListLiveCallsResponse calls;
  do {
    auto page = AskOnce<call::v1::CallService>(
        "call service", address, timeout, &call::v1::CallService::Stub::ListLiveCalls, request);
    if (!page.ok()) return page.status();
    calls.mutable_calls()->MergeFrom(page->calls());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return calls;
}

absl::StatusOr<media::v1::GetStatsResponse> AskMediaService(const std::string& address,
                                                            absl::Duration timeout) {
  return AskOnce<media::v1::MediaService>("media service", address, timeout,
                                          &media::v1::MediaService::Stub::GetStats);
}

}  // namespace hotline::ctl
