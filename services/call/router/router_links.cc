#include "services/call/router/router_links.h"

#include <utility>

#include "services/call/router/convert.h"
#include "services/call/stream/client_stream.h"
#include "services/runtime/log.h"

#include "hotline/router/v1/attach_service.grpc.pb.h"

namespace hotline::call {
namespace v1 = router::v1;

namespace {

/// Far below the limit of a message, which one record may fill to a good part.
constexpr int kMaxMergedEvents = 32;
constexpr size_t kMaxMergedBytes = 64 << 10;

/// Events that wait together go together.
bool MergeEvents(v1::AttachRequest& last, v1::AttachRequest& next) {
  if (!next.has_event() || !(last.has_event() || last.has_events())) return false;
  if (last.ByteSizeLong() + next.ByteSizeLong() > kMaxMergedBytes) return false;
  if (last.events().events_size() >= kMaxMergedEvents) return false;
  if (last.has_event()) {
    v1::CallEvent first = std::move(*last.mutable_event());
    *last.mutable_events()->add_events() = std::move(first);
  }
  *last.mutable_events()->add_events() = std::move(*next.mutable_event());
  return true;
}

}  // namespace

class RouterLinks::Lines : public std::enable_shared_from_this<RouterLinks::Lines> {
 public:
  Lines(RouterLinksOptions options, QueueStrand& strand, RouterLinksOwner owner)
      : options_(std::move(options)),
        strand_(strand),
        owner_(std::move(owner)),
        allegiance_(options_.routers.size()),
        lines_(options_.routers.size()) {}

  void Open() {
    for (size_t i = 0; i < lines_.size(); ++i) {
      lines_[i].stub =
          v1::AttachService::NewStub(MakeChannel(options_.routers[i], {.own_connection = true}));
      Connect(i);
    }
  }

  void Send(v1::CallEvent event) {
    const auto router = allegiance_.followed();
    if (!router) return;
    v1::AttachRequest request;
    *request.mutable_event() = std::move(event);
    // Between the stream's end and the news of it nothing can be sent; the next announcement tells
    // all.
    if (lines_[*router].stream) lines_[*router].stream->Send(std::move(request));
  }

  void Close(std::function<void()> done) {
    closed_ = std::move(done);
    if (open_ == 0) return closed_();
    for (Line& line : lines_) {
      if (line.stream) line.stream->Cancel();
    }
  }

  const Allegiance& allegiance() const { return allegiance_; }

 private:
  using Stream = ClientStream<v1::AttachRequest, v1::AttachResponse>;

  struct Line {
    std::unique_ptr<v1::AttachService::Stub> stub;
    std::shared_ptr<Stream> stream;
    Backoff backoff;
  };

  void Connect(size_t router) {
    if (closed_) return;
    v1::AttachRequest request;
    request.mutable_hello()->set_area(options_.area);
    request.mutable_hello()->set_node(options_.node);
    request.mutable_hello()->set_instance(options_.instance);
    Line& line = lines_[router];
    ++open_;
    line.stream = Stream::Open(
        strand_,
        [&line](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
          return line.stub->PrepareAsyncAttach(context, queue);
        },
        std::move(request),
        [self = shared_from_this(), router](const v1::AttachResponse& message) {
          self->OnMessage(router, message);
        },
        [self = shared_from_this(), router](const grpc::Status& status) {
          self->OnEnd(router, status);
        },
        &MergeEvents);
  }

  void OnMessage(size_t router, const v1::AttachResponse& message) {
    if (closed_) return;
    allegiance_.Connected(router);
    lines_[router].backoff.Reset();
    for (const v1::AttachResponse& part : message.batch().responses()) Obey(router, part);
    if (!message.has_batch()) Obey(router, message);
  }

  void Obey(size_t router, const v1::AttachResponse& message) {
    switch (allegiance_.Judge(router, message)) {
      case Allegiance::Verdict::kIgnore:
        return;
      case Allegiance::Verdict::kRefuse:
        return LogWarn("refused a router's message",
                       {{"router", Name(router)}, {"epoch", message.epoch()}});
      case Allegiance::Verdict::kUnfollow:
        return LogWarn("router is active no more", {{"router", Name(router)}});
      case Allegiance::Verdict::kFollow:
        return Follow(router, message.epoch());
      case Allegiance::Verdict::kObey:
        if (message.has_ack()) return owner_.on_ack(message.ack());
        if (auto event = ToEvent(message)) owner_.on_event(*std::move(event));
        return;
    }
  }

  void Follow(size_t router, uint64_t epoch) {
    LogInfo("follows a router", {{"router", Name(router)}, {"epoch", epoch}});
    for (v1::Announcement& part : owner_.announce()) {
      v1::AttachRequest request;
      *request.mutable_announcement() = std::move(part);
      lines_[router].stream->Send(std::move(request));
    }
  }

  void OnEnd(size_t router, const grpc::Status& status) {
    lines_[router].stream.reset();
    --open_;
    if (closed_) {
      if (open_ == 0) closed_();
      return;
    }
    if (allegiance_.Disconnected(router)) {
      LogWarn("the router is away: callers wait",
              {{"router", Name(router)}, {"why", status.error_message()}});
    } else if (status.error_code() == grpc::StatusCode::FAILED_PRECONDITION) {
      LogWarn("a router does not want us",
              {{"router", Name(router)}, {"why", status.error_message()}});
    }
    strand_.PostAfter(lines_[router].backoff.Next(),
                      [self = shared_from_this(), router] { self->Connect(router); });
  }

  std::string Name(size_t router) const { return options_.routers[router].ToString(); }

  const RouterLinksOptions options_;
  QueueStrand& strand_;
  const RouterLinksOwner owner_;
  Allegiance allegiance_;
  std::vector<Line> lines_;       ///< in the order of options_.routers
  size_t open_ = 0;               ///< streams
  std::function<void()> closed_;  ///< set by Close()
};

RouterLinks::RouterLinks(RouterLinksOptions options, QueueStrand& strand, RouterLinksOwner owner)
    : lines_(std::make_shared<Lines>(std::move(options), strand, std::move(owner))) {
  lines_->Open();
}

RouterLinks::~RouterLinks() = default;

void RouterLinks::Close(std::function<void()> done) {
  lines_->Close(std::move(done));
}

void RouterLinks::Send(v1::CallEvent event) {
  lines_->Send(std::move(event));
}

const Allegiance& RouterLinks::allegiance() const {
  return lines_->allegiance();
}

}  // namespace hotline::call
