// One life of a bidirectional gRPC stream, client side, for the strand.
//
// Messages come to the strand in order; messages to send are queued without waiting. Header with
// gRPC in it: include it in the .cc of a link, nowhere else.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/client_callback.h"

#include "services/call/stream/strand.h"
#include "services/runtime/grpc_client.h"

namespace hotline::call {

/// Messages waiting to be sent; a peer that is so far behind is cut off.
inline constexpr size_t kMaxUnsentMessages = 50'000;
/// Messages received and not yet handled; then reading pauses and the peer feels it.
inline constexpr size_t kMaxUnreadMessages = 1'000;

template <class Request, class Response>
class ClientStream : private grpc::ClientBidiReactor<Request, Response> {
 public:
  using Reactor = grpc::ClientBidiReactor<Request, Response>;
  /// Starts the RPC: stub->async()->Method(context, reactor).
  using Rpc = std::function<void(grpc::ClientContext*, Reactor*)>;
  using OnMessage = std::function<void(Response)>;
  using OnEnd = std::function<void(const grpc::Status&)>;

  /// Opens a stream whose first message is `hello`. The callbacks run on `strand`; after `on_end`,
  /// which comes once, nothing else does. `strand` must outlive the stream.
  static std::shared_ptr<ClientStream> Open(Strand& strand, const Rpc& rpc, Request hello,
                                            OnMessage on_message, OnEnd on_end) {
    std::shared_ptr<ClientStream> stream(
        new ClientStream(strand, std::move(on_message), std::move(on_end)));
    stream->self_ = stream;
    stream->Start(rpc, std::move(hello));
    return stream;
  }

  /// Queues a message. After the end it does nothing. Thread-safe.
  void Send(Request message) {
    const std::lock_guard lock(mutex_);
    if (broken_) return;
    if (unsent_.size() >= kMaxUnsentMessages) return context_->TryCancel();
    unsent_.push_back(std::move(message));
    if (!writing_) WriteNext();
  }

  /// Ends the stream soon. Thread-safe.
  void Cancel() { context_->TryCancel(); }

 private:
  ClientStream(Strand& strand, OnMessage on_message, OnEnd on_end)
      : strand_(strand), on_message_(std::move(on_message)), on_end_(std::move(on_end)) {}

  void Start(const Rpc& rpc, Request hello) {
    // A peer that is just starting is waited for; keepalive finds one that is gone.
    context_->set_wait_for_ready(true);
    rpc(context_.get(), this);
    // Operations are started outside of reactions, so the end must wait until reading is over.
    this->AddHold();
    unsent_.push_back(std::move(hello));
    WriteNext();
    this->StartRead(&incoming_);
    this->StartCall();
  }

  /// Requires: mutex_ is held, or the call has not started; unsent_ is not empty.
  void WriteNext() {
    writing_ = true;
    grpc::WriteOptions options;
    if (unsent_.size() > 1) options.set_buffer_hint();
    this->StartWrite(&unsent_.front(), options);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    unsent_.pop_front();
    writing_ = false;
    if (ok && !broken_ && !unsent_.empty()) WriteNext();
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      {
        const std::lock_guard lock(mutex_);
        broken_ = true;
      }
      return this->RemoveHold();
    }
    bool read_on;
    {
      const std::lock_guard lock(mutex_);
      read_on = ++unread_ < kMaxUnreadMessages;
    }
    // std::function wants to be copyable, messages don't.
    auto message = std::make_shared<Response>(std::move(incoming_));
    strand_.Post([stream = self_, message] {
      stream->on_message_(std::move(*message));
      stream->NoteHandled();
    });
    if (read_on) this->StartRead(&incoming_);
  }

  void NoteHandled() {
    {
      const std::lock_guard lock(mutex_);
      if (unread_-- != kMaxUnreadMessages) return;
    }
    this->StartRead(&incoming_);  // it had paused
  }

  void OnDone(const grpc::Status& status) override {
    strand_.Post([stream = std::exchange(self_, nullptr), status] { stream->on_end_(status); });
  }

  Strand& strand_;
  const OnMessage on_message_;
  const OnEnd on_end_;
  const std::unique_ptr<grpc::ClientContext> context_ = MakeStreamContext();
  std::shared_ptr<ClientStream> self_;  ///< until OnDone
  Response incoming_;

  std::mutex mutex_;
  std::deque<Request> unsent_;  ///< guarded; the first is being written while writing_
  bool writing_ = false;        ///< guarded
  bool broken_ = false;         ///< guarded
  size_t unread_ = 0;           ///< guarded
};

/// Pauses between attempts: short at first, then up to a second, so that a restarted peer is found
/// within that.
class Backoff {
 public:
  absl::Duration Next() { return std::exchange(next_, std::min(next_ * 2, kLongest)); }

  void Reset() { next_ = kFirst; }

 private:
  static constexpr absl::Duration kFirst = absl::Milliseconds(50);
  static constexpr absl::Duration kLongest = absl::Seconds(1);
  absl::Duration next_ = kFirst;
};

}  // namespace hotline::call
