// A few named threads for work that blocks: the database's. Never gRPC's own threads.
//
// Thread-safe.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace hotline {

class WorkPool {
 public:
  using Task = std::function<void()>;

  /// Tasks that may wait; more are refused, so that a slow disk is felt at once.
  static constexpr size_t kMaxWaiting = 2'000;

  /// `name` has at most 12 characters.
  WorkPool(const std::string& name, int threads);
  /// Stop().
  ~WorkPool();

  /// Runs `task` soon. Returns false if too many wait or the pool has stopped.
  [[nodiscard]] bool Post(Task task);
  /// Finishes what waits and ends the threads.
  void Stop();

  size_t waiting() const;

 private:
  void Run();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;  ///< guarded
  bool stopping_ = false;   ///< guarded
  std::vector<std::thread> threads_;
};

}  // namespace hotline
