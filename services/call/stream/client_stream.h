// One life of a bidirectional gRPC stream, client side, for the strand.
//
// Everything runs on the strand, which waits for gRPC's operations itself: a message that arrives
// is handled by the thread that read it. Header with gRPC in it: include it in the .cc of a link,
// nowhere else.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/support/async_stream.h"

#include "services/runtime/grpc_client.h"
#include "services/runtime/queue_strand.h"

namespace hotline::call {

/// Messages waiting to be sent; a peer that is so far behind is cut off.
inline constexpr size_t kMaxUnsentMessages = 50'000;
/// The same where several events may be one message: about as many events.
inline constexpr size_t kMaxUnsentMerged = 1'500;

template <class Request, class Response>
class ClientStream {
 public:
  using Wire = grpc::ClientAsyncReaderWriter<Request, Response>;
  /// Makes the RPC: stub->PrepareAsyncMethod(context, queue).
  using Rpc = std::function<std::unique_ptr<Wire>(grpc::ClientContext*, grpc::CompletionQueue*)>;
  using OnMessage = std::function<void(Response)>;
  using OnEnd = std::function<void(const grpc::Status&)>;
  /// Adds `next` to `last`, which still waits, or returns false if they are two messages.
  using Merge = bool (*)(Request& last, Request& next);

  /// Opens a stream whose first message is `hello`. After `on_end`, which comes once, nothing else
  /// does; before that `strand` must not end.
  static std::shared_ptr<ClientStream> Open(QueueStrand& strand, const Rpc& rpc, Request hello,
                                            OnMessage on_message, OnEnd on_end,
                                            Merge merge = nullptr) {
    std::shared_ptr<ClientStream> stream(
        new ClientStream(std::move(on_message), std::move(on_end), merge));
    stream->self_ = stream;
    stream->unsent_.push_back(std::move(hello));
    // A peer that is just starting is waited for; keepalive finds one that is gone.
    stream->context_->set_wait_for_ready(true);
    stream->wire_ = rpc(stream->context_.get(), strand.queue());
    stream->wire_->StartCall(stream->started_.tag());
    return stream;
  }

  /// Queues a message. After the end it does nothing.
  void Send(Request message) {
    if (ending_) return;
    // Not the first one: it may be on its way.
    if (merge_ && unsent_.size() > 1 && merge_(unsent_.back(), message)) return;
    const size_t most = merge_ ? kMaxUnsentMerged : kMaxUnsentMessages;
    if (unsent_.size() >= most) return context_->TryCancel();
    unsent_.push_back(std::move(message));
    if (open_ && !writing_) WriteNext();
  }

  /// Ends the stream soon. Thread-safe.
  void Cancel() { context_->TryCancel(); }

 private:
  /// An operation's way back to the stream.
  struct Step final : Completion {
    using Next = void (ClientStream::*)(bool ok);

    Step(ClientStream* of, Next what) : stream(of), next(what) {}

    /// What operations are started with.
    void* tag() { return static_cast<Completion*>(this); }

    void OnComplete(bool ok) override { (stream->*next)(ok); }

    ClientStream* const stream;
    const Next next;
  };

  ClientStream(OnMessage on_message, OnEnd on_end, Merge merge)
      : on_message_(std::move(on_message)), on_end_(std::move(on_end)), merge_(merge) {}

  void OnStarted(bool ok) {
    if (!ok) return End();
    open_ = true;
    wire_->Read(&incoming_, read_.tag());
    WriteNext();
  }

  void OnRead(bool ok) {
    if (!ok) return End();
    on_message_(std::move(incoming_));
    incoming_.Clear();
    wire_->Read(&incoming_, read_.tag());
  }

  void WriteNext() {
    writing_ = true;
    grpc::WriteOptions options;
    if (unsent_.size() > 1) options.set_buffer_hint();
    wire_->Write(unsent_.front(), options, written_.tag());
  }

  void OnWritten(bool ok) {
    writing_ = false;
    unsent_.pop_front();
    if (ended_) return Leave();
    if (ok && !ending_ && !unsent_.empty()) WriteNext();
  }

  void End() {
    ending_ = true;
    wire_->Finish(&status_, finished_.tag());
  }

  void OnFinished(bool) {
    ended_ = true;
    if (!writing_) Leave();
  }

  void Leave() {
    const auto self = std::move(self_);  // may delete this, after the last line
    on_end_(status_);
  }

  const OnMessage on_message_;
  const OnEnd on_end_;
  const Merge merge_;
  const std::unique_ptr<grpc::ClientContext> context_ = MakeStreamContext();
  std::unique_ptr<Wire> wire_;
  std::shared_ptr<ClientStream> self_;  ///< until the last operation is over
  Response incoming_;
  grpc::Status status_;
  std::deque<Request> unsent_;  ///< the first is being written while writing_
  bool open_ = false, writing_ = false, ending_ = false, ended_ = false;
  Step started_{this, &ClientStream::OnStarted}, read_{this, &ClientStream::OnRead},
      written_{this, &ClientStream::OnWritten}, finished_{this, &ClientStream::OnFinished};
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
