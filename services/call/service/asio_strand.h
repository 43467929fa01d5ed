// The strand: one thread with a queue and timers, on Asio.
#pragma once

#include <functional>
#include <memory>

#include "services/call/stream/strand.h"

namespace hotline::call {

class AsioStrand : public Strand {
 public:
  AsioStrand();
  /// Stops.
  ~AsioStrand() override;

  void Post(Task task) override;
  void PostAfter(absl::Duration delay, Task task) override;

  /// Runs `task` on the strand and returns when it is done. Not from the strand itself.
  void Run(const Task& task);
  /// Ends the thread; what waits is dropped.
  void Stop();

  /// One alarm that can be moved, for the core's next deadline. Lives on the strand.
  class Alarm {
   public:
    Alarm(AsioStrand& strand, Task on_time);
    ~Alarm();
    /// Rings after `delay` instead of whenever before.
    void Set(absl::Duration delay);
    void Clear();

   private:
    struct State;
    std::shared_ptr<State> state_;
  };

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotline::call
