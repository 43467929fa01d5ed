// The strand of a process that talks gRPC all day: one thread that waits at a completion queue,
// with tasks and timers besides.
//
// What comes over streams is read and handled by this very thread, and what it sends leaves before
// it goes on: nothing is handed from thread to thread, which would cost more than the rest of a
// small message. That holds while no other thread of the process waits for gRPC: its callback API
// has two which wake one another at each message, so such a process keeps clear of it.
#pragma once

#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace grpc {
class ServerBuilder;
class ServerCompletionQueue;
}  // namespace grpc

namespace hotline {

/// What a gRPC operation started with it as its tag comes back to, on the strand.
class Completion {
 public:
  virtual ~Completion() = default;
  virtual void OnComplete(bool ok) = 0;

  /// What operations are started with.
  void* tag() { return this; }
};

/// Thread-safe, but for Alarm.
class QueueStrand {
 public:
  using Task = std::function<void()>;

  QueueStrand();
  /// Stops.
  ~QueueStrand();

  /// Runs `task` on the strand, soon, in the order of posting.
  void Post(Task task);
  /// Runs `task` on the strand after `delay`, or never if the strand ends before.
  void PostAfter(absl::Duration delay, Task task);
  /// Runs `task` on the strand and returns when it is done. Not from the strand itself.
  void Run(const Task& task);
  bool OnStrand() const;

  /// The queue that the strand waits at, for operations whose tags are Completions. All of them
  /// must have come back before the strand ends.
  grpc::ServerCompletionQueue* queue();
  /// What the one server whose calls come to queue() is built with. For grpc_server.cc.
  grpc::ServerBuilder& server_builder();

  /// Ends the thread; tasks and timers that wait are dropped.
  /// Requires: no operation is under way.
  void Stop();

  /// One alarm that can be moved. Lives on the strand.
  class Alarm {
   public:
    Alarm(QueueStrand& strand, Task on_time);
    ~Alarm();
    /// Rings after `delay` instead of whenever before.
    void Set(absl::Duration delay);
    void Clear();

   private:
    QueueStrand& strand_;
    const Task on_time_;
    uint64_t timer_ = 0;  ///< 0: not set
  };

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hotline
