// The gateway's one thread: connections, sessions and pages live on it, so none of them has a lock.
// Passwords are hashed elsewhere, and gRPC brings its answers by Post.
#pragma once

#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace boost::asio {
class io_context;
}

namespace hotline::console {

class Loop {
 public:
  using Task = std::function<void()>;

  Loop();
  /// Shutdown().
  ~Loop();

  /// Runs `task` on the loop, in the order of posting; dropped after Shutdown. Thread-safe.
  void Post(Task task);
  /// Runs `task` on the loop after `delay`, or never. Thread-safe.
  void PostAfter(absl::Duration delay, Task task);
  /// Runs `task` on the loop and waits for it. Not from the loop.
  void Run(const Task& task);

  /// Ends the thread and drops what waits, so that what it refers to may go. Not from the loop.
  void Shutdown();

  /// For http/server.cc.
  boost::asio::io_context& io();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotline::console
