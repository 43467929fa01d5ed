#include "router/service/attach_service.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "router/service/grpc_status.h"
#include "router/service/node_sessions.h"
#include "router/service/strand.h"
#include "services/runtime/access.h"
#include "services/runtime/queue_service.h"

#include "hotline/router/v1/attach_service.pb.h"

namespace hotline::router {
namespace {

using AttachEnd = ServerStream<v1::AttachRequest, v1::AttachResponse>;

class AttachStream final : public AttachEnd,
                           public NodeLink,
                           public std::enable_shared_from_this<AttachStream> {
 public:
  explicit AttachStream(Strand& strand) : strand_(strand) {}

  // The queue's thread.

  void OnMessage(v1::AttachRequest request) override {
    const int count = std::max(1, request.events().events_size());
    strand_.Post([self = shared_from_this(), request = std::move(request)]() mutable {
      self->strand_.nodes().OnMessage(self, std::move(request));
    });
    // Only now: from here on the strand may start the next read. If it has handled the message by
    // then, the count was below zero for a moment.
    if ((unhandled_ += count) < kUnhandledPerStream) Read();
  }

  void OnGone() override {
    strand_.Post([self = shared_from_this()] { self->strand_.nodes().OnGone(self.get()); });
  }

  // The strand.

  void Send(v1::AttachResponse message) override { AttachEnd::Send(message); }

  void Handled() override {
    if (unhandled_-- == kUnhandledPerStream) Read();
  }

  void Close(const absl::Status& why) override { Finish(ToGrpc(why)); }

 private:
  Strand& strand_;
  std::atomic<int> unhandled_ = 0;
};

class AttachService final : public QueueService {
 public:
  AttachService(Strand& strand, const Gate& gate) : strand_(strand), gate_(gate) {
    Accept(this, &AttachService::Attach, kUnsentPerStream);
  }

 private:
  absl::StatusOr<std::shared_ptr<AttachEnd>> Attach(grpc::ServerContext& context) {
    const auto caller = gate_.Check(context, *v1::AttachRequest::descriptor());
    if (!caller.ok()) return caller.status();
    return std::make_shared<AttachStream>(strand_);
  }

  Strand& strand_;
  const Gate& gate_;
};

}  // namespace

std::unique_ptr<QueueService> MakeAttachService(Strand& strand, const Gate& gate) {
  return std::make_unique<AttachService>(strand, gate);
}

}  // namespace hotline::router
