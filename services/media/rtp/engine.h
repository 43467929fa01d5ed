// The media plane of a node: legs, sharded by call over a few threads.
//
// Commands may come from any thread and are carried out within a tick; each answers at once whether
// it is possible. Events come back on one thread of the engine.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/media/rtp/engine_event.h"
#include "services/media/rtp/engine_stats.h"
#include "services/media/rtp/event_queue.h"
#include "services/media/rtp/leg.h"
#include "services/media/rtp/port_pool.h"
#include "services/media/rtp/shard.h"

namespace hotline::media {

struct EngineOptions {
  uint32_t address = 0x7F000001;  ///< Ours, for all legs; host byte order.
  PortRange ports;
  size_t threads = 2;
  absl::Duration rtp_timeout = absl::Seconds(30);
  /// Legs at the same time. 800 legs take about half a core (tests/bench/media_bench).
  size_t max_legs = 4000;
};

class Engine {
 public:
  /// Calls `sink` on the engine's own thread; it may call the engine.
  /// Returns: INTERNAL if the kernel refuses a timer or a thread.
  static absl::StatusOr<std::unique_ptr<Engine>> Start(EngineOptions options,
                                                       EventQueue::Sink sink);
  /// Stops; legs end without a word.
  ~Engine();

  struct AddedLeg {
    LegId id = 0;
    uint16_t port = 0;
  };

  /// Opens a leg of `call` on `wanted_port`, or any port if that is 0.
  /// Returns: RESOURCE_EXHAUSTED (max_legs), or PortPool::Open's errors.
  absl::StatusOr<AddedLeg> AddLeg(std::string_view call, uint16_t wanted_port);

  /// These return NOT_FOUND for a leg that does not exist (any more), RESOURCE_EXHAUSTED if the
  /// engine has too many commands waiting.
  absl::Status SetPeer(LegId leg, const LegPeer& peer);
  /// Queues a prompt, or plays it instead of all others if `interrupt`. See Playlist::Play; with a
  /// full queue the prompt counts as finished.
  absl::Status Play(LegId leg, PromptPtr prompt, bool loop, bool interrupt);
  absl::Status StopPlay(LegId leg);
  /// Sets how loud `to` hears `from`; 0 ends it. INVALID_ARGUMENT if they are not two legs of one
  /// call or percent > kMaxGainPercent.
  absl::Status SetRoute(LegId from, LegId to, uint32_t percent);
  /// Its port can be wanted again at once.
  void RemoveLeg(LegId leg);

  EngineStats stats() const;

 private:
  struct Entry {
    Shard* shard = nullptr;
    Leg* leg = nullptr;  // the shard's; valid until RemoveLeg is posted, hence under mutex_
    std::string call;
    uint16_t port = 0;
  };

  Engine(EngineOptions options, EventQueue::Sink sink);
  absl::StatusOr<Entry*> Find(LegId leg);
  Shard& ShardOf(std::string_view call);

  const EngineOptions options_;
  PortPool ports_;
  std::mutex mutex_;  // held while posting, so that no command follows its leg's removal
  std::unordered_map<LegId, Entry> legs_;
  size_t opening_ = 0;  // legs between the check of max_legs and their entry
  LegId next_id_ = 1;
  std::mt19937 random_;
  EventQueue event_queue_;
  std::vector<std::unique_ptr<Shard>> shards_;  // after event_queue_: they stop first
};

}  // namespace hotline::media
