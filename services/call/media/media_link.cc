#include "services/call/media/media_link.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "services/call/media/convert.h"
#include "services/call/stream/client_stream.h"
#include "services/runtime/log.h"

#include "hotline/media/v1/media_service.grpc.pb.h"

namespace hotline::call {
namespace v1 = media::v1;

class MediaLink::Line : public std::enable_shared_from_this<MediaLink::Line> {
 public:
  Line(MediaLinkOptions options, QueueStrand& strand, std::function<void(Event)> sink)
      : options_(std::move(options)),
        strand_(strand),
        sink_(std::move(sink)),
        stub_(v1::MediaService::NewStub(MakeChannel(options_.server, {.own_connection = true}))) {}

  void Connect() {
    if (closed_) return;
    v1::ControlRequest hello;
    hello.set_command_id(next_command_++);
    hello.mutable_hello()->set_node(options_.node);
    hello.mutable_hello()->set_instance(options_.instance);
    stream_ = Stream::Open(
        strand_,
        [this](grpc::ClientContext* context, grpc::CompletionQueue* queue) {
          return stub_->PrepareAsyncControl(context, queue);
        },
        std::move(hello),
        [self = shared_from_this()](const v1::ControlResponse& r) { self->OnMessage(r); },
        [self = shared_from_this()](const grpc::Status& s) { self->OnEnd(s); });
  }

  void Submit(const std::vector<MediaAction>& actions) {
    if (!up_ || actions.empty()) return;
    if (actions.size() == 1) return stream_->Send(Number(actions.front()));
    v1::ControlRequest request;
    for (const MediaAction& action : actions) {
      *request.mutable_batch()->add_commands() = Number(action);
      if (request.batch().commands_size() == kMostPerMessage) {
        stream_->Send(std::exchange(request, {}));
      }
    }
    if (request.has_batch()) stream_->Send(std::move(request));
  }

  bool up() const { return up_; }

  void Close(std::function<void()> done) {
    closed_ = std::move(done);
    up_ = false;
    if (!stream_) return closed_();
    stream_->Cancel();
  }

 private:
  using Stream = ClientStream<v1::ControlRequest, v1::ControlResponse>;

  v1::ControlRequest Number(const MediaAction& action) {
    v1::ControlRequest request = ToProto(action);
    kinds_[next_command_ % kKinds] = KindOf(action);
    request.set_command_id(next_command_++);
    return request;
  }

  void OnMessage(const v1::ControlResponse& response) {
    if (closed_) return;
    if (response.has_welcome()) return OnWelcome(response.welcome());
    if (response.has_command_failed()) {
      LogWarn("media command failed", {{"leg", response.command_failed().leg_id()},
                                       {"why", response.command_failed().message()}});
    }
    const MediaCommand kind = kinds_[response.command_id() % kKinds];
    if (auto event = ToEvent(response, kind)) sink_(*std::move(event));
  }

  void OnWelcome(const v1::Welcome& welcome) {
    MediaUp event;
    for (const std::string& id : welcome.leg_ids()) {
      if (const auto leg = ParseLegId(id)) event.alive.push_back(*leg);
    }
    std::sort(event.alive.begin(), event.alive.end());
    LogInfo("media node is there", {{"boot", welcome.boot()}, {"legs", event.alive.size()}});
    up_ = true;
    backoff_.Reset();
    sink_(std::move(event));
  }

  void OnEnd(const grpc::Status& status) {
    stream_.reset();
    if (closed_) return closed_();
    if (up_) {
      up_ = false;
      LogWarn("media node is away", {{"why", status.error_message()}});
      sink_(MediaDown{});
    }
    strand_.PostAfter(backoff_.Next(), [self = shared_from_this()] { self->Connect(); });
  }

  /// Far more than commands can be under way between one that fails and its answer.
  static constexpr size_t kKinds = 4096;
  /// When the node is back, the legs of all calls are asked for in one step.
  static constexpr int kMostPerMessage = 100;

  const MediaLinkOptions options_;
  QueueStrand& strand_;
  const std::function<void(Event)> sink_;
  const std::unique_ptr<v1::MediaService::Stub> stub_;
  std::shared_ptr<Stream> stream_;
  Backoff backoff_;
  bool up_ = false;
  std::function<void()> closed_;  ///< set by Close()
  uint64_t next_command_ = 1;
  std::array<MediaCommand, kKinds> kinds_ = {};  ///< by command id
};

MediaLink::MediaLink(MediaLinkOptions options, QueueStrand& strand, std::function<void(Event)> sink)
    : line_(std::make_shared<Line>(std::move(options), strand, std::move(sink))) {
  line_->Connect();
}

MediaLink::~MediaLink() = default;

void MediaLink::Close(std::function<void()> done) {
  line_->Close(std::move(done));
}

void MediaLink::Submit(const std::vector<MediaAction>& actions) {
  line_->Submit(actions);
}

bool MediaLink::up() const {
  return line_->up();
}

}  // namespace hotline::call
