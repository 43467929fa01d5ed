// The strand: one thread that waits at a gRPC completion queue, with tasks and timers besides.
//
// What comes over the streams to routers and media nodes is read and handled by this very thread,
// and what it sends leaves before it goes on: nothing is handed from thread to thread, which would
// cost more than the rest of a small message.
#pragma once

#include <functional>
#include <memory>

#include "services/call/stream/strand.h"

namespace hotline::call {

class QueueStrand : public Strand {
 public:
  QueueStrand();
  /// Stops.
  ~QueueStrand() override;

  void Post(Task task) override;
  void PostAfter(absl::Duration delay, Task task) override;
  grpc::CompletionQueue* operations() override;

  /// Runs `task` on the strand and returns when it is done. Not from the strand itself.
  void Run(const Task& task);
  /// Ends the thread; tasks and timers that wait are dropped.
  /// Requires: no operation is under way.
  void Stop();

  /// One alarm that can be moved, for the core's next deadline. Lives on the strand.
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

}  // namespace hotline::call
