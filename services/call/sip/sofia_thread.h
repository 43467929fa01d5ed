// Sofia's event loop in a thread, and the way into it: closures through an eventfd.
#pragma once

#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "services/call/sip/sofia.h"

namespace hotline::call {

class SofiaThread {
 public:
  using Task = std::function<void()>;

  SofiaThread();
  /// Requires: Stop() has been called.
  ~SofiaThread();
  SofiaThread(const SofiaThread&) = delete;
  SofiaThread& operator=(const SofiaThread&) = delete;

  /// Runs `task` on the loop, soon. Tasks of one thread keep their order. Thread-safe.
  void Post(Task task);
  /// Runs `task` on the loop and returns when it is done. Not from the loop itself.
  void Run(const Task& task);
  /// Ends the loop. Tasks not yet run are dropped.
  void Stop();

  /// For use on the loop only.
  su_root_t* root() { return root_; }

 private:
  static int OnWake(SofiaThread* self, su_wait_t* wait, SofiaThread* arg);
  void Loop();
  void RunTasks();

  int event_fd_;
  su_root_t* root_ = nullptr;
  std::mutex mutex_;
  std::vector<Task> tasks_;    ///< guarded by mutex_
  std::vector<Task> running_;  ///< of the loop
  std::thread thread_;
};

}  // namespace hotline::call
