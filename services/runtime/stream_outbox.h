// What waits to be written on a stream: gRPC takes one message at a time. Bounded; a reader that
// falls behind by more than the limit is cut off, so that it costs neither memory nor the others'
// time.
//
// Thread-safe. Serialises a reactor's reads and its Finish as well, because nothing may start after
// it.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

#include <grpcpp/impl/call_op_set.h>
#include <grpcpp/support/status.h>

namespace hotline {

template <class Reactor, class Message>
class StreamOutbox {
 public:
  StreamOutbox(Reactor* reactor, size_t limit) : reactor_(reactor), limit_(limit) {}

  /// Takes a message; beyond the limit the stream ends with RESOURCE_EXHAUSTED. Returns false if
  /// the stream takes no more.
  bool Send(Message message) {
    const std::lock_guard lock(mutex_);
    if (finished_) return false;
    if (messages_.size() >= limit_) {
      finished_ = true;
      reactor_->Finish({grpc::StatusCode::RESOURCE_EXHAUSTED, "the reader fell too far behind"});
      return false;
    }
    messages_.push_back(std::move(message));
    if (messages_.size() == 1) reactor_->StartWrite(&messages_.front());
    return true;
  }

  /// To be called from OnWriteDone.
  void OnWriteDone(bool ok) {
    const std::lock_guard lock(mutex_);
    if (finished_ || !ok) return;
    messages_.pop_front();
    if (messages_.empty()) return;
    // While more follow, gRPC may gather them: one system call for many messages.
    grpc::WriteOptions options;
    if (messages_.size() > 1) options.set_buffer_hint();
    reactor_->StartWrite(&messages_.front(), options);
  }

  /// Starts a read unless the stream is finished.
  template <class Request>
  void StartRead(Request* request) {
    const std::lock_guard lock(mutex_);
    if (!finished_) reactor_->StartRead(request);
  }

  /// Ends the stream; only the first time counts.
  void Finish(const grpc::Status& status) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(finished_, true)) reactor_->Finish(status);
  }

 private:
  std::mutex mutex_;
  Reactor* const reactor_;
  const size_t limit_;
  std::deque<Message> messages_;  ///< the first is being written; lives until the reactor's end
  bool finished_ = false;
};

}  // namespace hotline
