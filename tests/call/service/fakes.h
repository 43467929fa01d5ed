// A router and a media node for tests of the call service: real gRPC on loopback, simple minds.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "grpcpp/grpcpp.h"

#include "services/runtime/endpoint.h"

#include "hotline/media/v1/media_service.grpc.pb.h"
#include "hotline/router/v1/attach_service.grpc.pb.h"

namespace hotline::call {

/// Messages for the test, in order.
template <class Message>
class Mailbox {
 public:
  void Put(Message message) {
    {
      const std::lock_guard lock(mutex_);
      messages_.push_back(std::move(message));
    }
    arrived_.notify_all();
  }

  /// Returns the next message that `wanted` likes; those before it are dropped.
  std::optional<Message> Await(const std::function<bool(const Message&)>& wanted) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::unique_lock lock(mutex_);
    for (;;) {
      while (!messages_.empty()) {
        Message message = std::move(messages_.front());
        messages_.pop_front();
        if (wanted(message)) return message;
      }
      if (arrived_.wait_until(lock, deadline) == std::cv_status::timeout) return std::nullopt;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Message> messages_;
};

/// A gRPC server for one service at a free port.
class FakeServer {
 public:
  explicit FakeServer(grpc::Service* service) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(service);
    server_ = builder.BuildAndStart();
    address_ = {"127.0.0.1", static_cast<uint16_t>(port)};
  }

  ~FakeServer() { server_->Shutdown(std::chrono::system_clock::now()); }

  const Endpoint& address() const { return address_; }

 private:
  std::unique_ptr<grpc::Server> server_;
  Endpoint address_;
};

/// Is active if told so; sends what it is told, acknowledges everything.
class FakeRouter : public router::v1::AttachService::Service {
 public:
  using Stream = grpc::ServerReaderWriter<router::v1::AttachResponse, router::v1::AttachRequest>;

  FakeRouter(uint64_t epoch, bool active) : epoch_(epoch), active_(active), server_(this) {}

  grpc::Status Attach(grpc::ServerContext*, Stream* stream) override {
    {
      const std::lock_guard lock(mutex_);
      stream_ = stream;
    }
    if (active_) SayActive();
    router::v1::AttachRequest request;
    while (stream->Read(&request)) {
      ++messages_;
      if (!request.has_events()) {
        Take(std::move(request));
        continue;
      }
      for (auto& event : *request.mutable_events()->mutable_events()) {
        router::v1::AttachRequest single;
        *single.mutable_event() = std::move(event);
        Take(std::move(single));
      }
    }
    const std::lock_guard lock(mutex_);
    stream_ = nullptr;
    return grpc::Status::OK;
  }

  void Send(router::v1::AttachResponse message) {
    message.set_epoch(epoch_);
    const std::lock_guard lock(mutex_);
    if (stream_) stream_->Write(message);
  }

  /// Keeps acknowledgements back; what was kept back is acknowledged when `hold` ends.
  void HoldAcks(bool hold) {
    std::vector<router::v1::AttachResponse> held;
    {
      const std::lock_guard lock(mutex_);
      hold_acks_ = hold;
      if (!hold) held = std::exchange(held_acks_, {});
    }
    for (router::v1::AttachResponse& ack : held) Send(std::move(ack));
  }

  void SayActive() {
    router::v1::AttachResponse status;
    status.mutable_status()->set_role(router::v1::RouterStatus::ROLE_ACTIVE);
    Send(std::move(status));
  }

  void Offer(const std::string& call_id, uint64_t offer_id, const std::string& extension) {
    router::v1::AttachResponse message;
    message.mutable_offer()->set_call_id(call_id);
    message.mutable_offer()->set_offer_id(offer_id);
    message.mutable_offer()->set_extension(extension);
    message.mutable_offer()->mutable_target()->set_kind(router::v1::TARGET_KIND_SEAT);
    message.mutable_offer()->mutable_target()->set_id("s" + extension);
    Send(std::move(message));
  }

  std::optional<router::v1::CallEvent> AwaitEvent(router::v1::CallEvent::BodyCase kind) {
    auto request = inbox.Await([kind](const router::v1::AttachRequest& r) {
      return r.has_event() && r.event().body_case() == kind;
    });
    if (!request) return std::nullopt;
    return std::move(*request->mutable_event());
  }

  /// Before it there is no stream, and what is sent is lost.
  bool AwaitHello() {
    return inbox.Await([](const router::v1::AttachRequest& r) { return r.has_hello(); })
        .has_value();
  }

  std::optional<router::v1::Announcement> AwaitAnnouncement() {
    auto request =
        inbox.Await([](const router::v1::AttachRequest& r) { return r.has_announcement(); });
    if (!request) return std::nullopt;
    return std::move(*request->mutable_announcement());
  }

  const Endpoint& address() const { return server_.address(); }

  /// Messages that came; several events in one are one.
  int messages() const { return messages_; }

  /// Each event on its own, however it came.
  Mailbox<router::v1::AttachRequest> inbox;

 private:
  void Take(router::v1::AttachRequest request) {
    Acknowledge(request);
    inbox.Put(std::move(request));
  }

  void Acknowledge(const router::v1::AttachRequest& request) {
    router::v1::AttachResponse message;
    if (request.has_event()) message.mutable_ack()->set_seq(request.event().seq());
    for (const router::v1::CallRecord& record : request.announcement().ended()) {
      message.mutable_ack()->add_ended_call_ids(record.request().call_id());
    }
    if (!message.has_ack()) return;
    {
      const std::lock_guard lock(mutex_);
      if (hold_acks_) return held_acks_.push_back(std::move(message));
    }
    Send(std::move(message));
  }

  const uint64_t epoch_;
  const bool active_;
  std::mutex mutex_;
  Stream* stream_ = nullptr;
  std::atomic<int> messages_ = 0;
  bool hold_acks_ = false;
  std::vector<router::v1::AttachResponse> held_acks_;
  FakeServer server_;
};

/// Gives out ports and says that prompts are over as soon as they begin.
class FakeMedia : public media::v1::MediaService::Service {
 public:
  FakeMedia() : server_(this) {}

  grpc::Status Control(grpc::ServerContext*,
                       grpc::ServerReaderWriter<media::v1::ControlResponse,
                                                media::v1::ControlRequest>* stream) override {
    media::v1::ControlRequest request;
    while (stream->Read(&request)) {
      if (!request.has_batch()) Carry(std::move(request), *stream);
      for (auto& command : *request.mutable_batch()->mutable_commands()) {
        Carry(std::move(command), *stream);
      }
    }
    return grpc::Status::OK;
  }

  const Endpoint& address() const { return server_.address(); }

  Mailbox<media::v1::ControlRequest> inbox;

 private:
  template <class Stream>
  void Carry(media::v1::ControlRequest request, Stream& stream) {
    media::v1::ControlResponse response;
    response.set_command_id(request.command_id());
    if (request.has_hello()) {
      response.mutable_welcome()->set_boot(1);
    } else if (request.has_add_leg()) {
      response.mutable_leg_added()->set_leg_id(request.add_leg().leg_id());
      response.mutable_leg_added()->set_address("127.0.0.1");
      response.mutable_leg_added()->set_port(next_port_ += 2);
    } else if (request.has_play() && !request.play().loop()) {
      response.mutable_play_finished()->set_leg_id(request.play().leg_id());
      response.mutable_play_finished()->set_prompt(request.play().prompt());
    }
    if (response.body_case() != media::v1::ControlResponse::BODY_NOT_SET) stream.Write(response);
    inbox.Put(std::move(request));
  }

  std::atomic<uint32_t> next_port_ = 40000;
  FakeServer server_;
};

}  // namespace hotline::call
