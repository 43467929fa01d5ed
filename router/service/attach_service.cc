#include "router/service/attach_service.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include <grpcpp/grpcpp.h>

#include "router/service/grpc_status.h"
#include "router/service/node_sessions.h"
#include "router/service/strand.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_refusal.h"
#include "services/runtime/stream_outbox.h"

#include "hotline/router/v1/attach_service.grpc.pb.h"

namespace hotline::router {
namespace {

/// Lives until gRPC's OnDone and the strand's last use of it.
class AttachStream final : public grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse>,
                           public NodeLink,
                           public std::enable_shared_from_this<AttachStream> {
 public:
  explicit AttachStream(Strand& strand) : strand_(strand), outbox_(this, kUnsentPerStream) {}

  void Start() {
    self_ = shared_from_this();
    outbox_.StartRead(&request_);
  }

  // gRPC's threads.

  void OnReadDone(bool ok) override {
    if (!ok) return outbox_.Finish(grpc::Status::OK);  // the call service is gone
    const int count = std::max(1, request_.events().events_size());
    strand_.Post([self = shared_from_this(), request = std::move(request_)]() mutable {
      self->strand_.nodes().OnMessage(self, std::move(request));
    });
    request_.Clear();
    // Only now: from here on the strand may start the next read. If it has handled the message by
    // then, the count was below zero for a moment.
    if ((unhandled_ += count) < kUnhandledPerStream) outbox_.StartRead(&request_);
  }

  void OnWriteDone(bool ok) override { outbox_.OnWriteDone(ok); }

  void OnCancel() override { outbox_.Finish(grpc::Status::CANCELLED); }

  void OnDone() override {
    strand_.Post([self = std::move(self_)] { self->strand_.nodes().OnGone(self.get()); });
  }

  // The strand.

  void Send(v1::AttachResponse message) override { outbox_.Send(std::move(message)); }

  void Handled() override {
    if (unhandled_-- == kUnhandledPerStream) outbox_.StartRead(&request_);
  }

  void Close(const absl::Status& why) override { outbox_.Finish(ToGrpc(why)); }

 private:
  Strand& strand_;
  StreamOutbox<grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse>, v1::AttachResponse>
      outbox_;
  v1::AttachRequest request_;
  std::atomic<int> unhandled_ = 0;
  std::shared_ptr<AttachStream> self_;
};

class AttachService final : public v1::AttachService::CallbackService {
 public:
  AttachService(Strand& strand, const Gate& gate) : strand_(strand), gate_(gate) {}

  grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse>* Attach(
      grpc::CallbackServerContext* context) override {
    const auto caller = gate_.Check(*context, *v1::AttachRequest::descriptor());
    if (!caller.ok()) {
      return RefusedStream<grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse>>::Make(
          caller.status());
    }
    auto stream = std::make_shared<AttachStream>(strand_);
    stream->Start();
    return stream.get();
  }

 private:
  Strand& strand_;
  const Gate& gate_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAttachService(Strand& strand, const Gate& gate) {
  return std::make_unique<AttachService>(strand, gate);
}

}  // namespace hotline::router
