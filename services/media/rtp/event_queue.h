// From the shards to one thread that may take its time: events to tell, legs to close and free. A
// tick never waits for gRPC, close() or free().
//
// Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "services/media/rtp/engine_event.h"
#include "services/media/rtp/leg.h"

namespace hotline::media {

class EventQueue {
 public:
  using Sink = std::function<void(const EngineEvent&)>;

  /// Events waiting to be told; more are dropped and counted.
  static constexpr size_t kMaxWaiting = 4 * EventList::kMaxEvents;

  /// Calls `sink` on a thread of its own, one event at a time, in the order of each shard.
  explicit EventQueue(Sink sink);
  /// Tells what is left and stops. Requires: no shard is running any more.
  ~EventQueue();

  /// Takes all of `events`. Returns: how many were dropped.
  size_t Tell(std::vector<EngineEvent>& events);
  /// Closes and frees the leg soon.
  void Retire(std::unique_ptr<Leg> leg);

 private:
  void Run();

  Sink sink_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<EngineEvent> waiting_;
  std::vector<std::unique_ptr<Leg>> retired_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace hotline::media
