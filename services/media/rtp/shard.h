// One worker thread: its share of the calls, one timer of 20 ms, one queue of commands.
//
//   commands ──► queue ───┐
//                         ├─► thread: read all sockets, decode all legs, mix and send
//   timerfd, every 20 ms ─┘
//
// Sockets are read once per tick with recvmmsg rather than when packets arrive: a packet waits for
// its tick in either case, and one system call per leg and tick is half of what waking for it
// costs. It also bounds what a flood can make us do.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/media/rtp/datagrams.h"
#include "services/media/rtp/engine_event.h"
#include "services/media/rtp/engine_stats.h"
#include "services/media/rtp/event_queue.h"
#include "services/media/rtp/leg.h"
#include "services/media/rtp/unique_fd.h"

namespace hotline::media {

/// Commands, carried out in the order of Post. A Leg* is valid until its RemoveLeg was posted.
struct AddLegCommand {
  std::unique_ptr<Leg> leg;
};

struct SetPeerCommand {
  Leg* leg;
  LegPeer peer;
};

struct PlayCommand {
  Leg* leg;
  PromptPtr prompt;
  bool loop;
  bool interrupt;
};

struct StopPlayCommand {
  Leg* leg;
};

struct SetRouteCommand {
  const Leg* from;
  Leg* to;
  Gain gain;
};

struct RemoveLegCommand {
  Leg* leg;
};

using Command = std::variant<AddLegCommand, SetPeerCommand, PlayCommand, StopPlayCommand,
                             SetRouteCommand, RemoveLegCommand>;

class Shard {
 public:
  /// Commands waiting; Post refuses more.
  static constexpr size_t kMaxCommands = 16384;
  /// So many do not wait for the next tick.
  static constexpr size_t kWakeAt = 1024;
  /// After an overrun so many ticks are caught up; the rest is skipped, as old audio helps nobody.
  static constexpr uint64_t kMaxCatchUp = 3;
  /// Packets read from one leg in a tick; two are normal. A flood beyond waits in the kernel, which
  /// drops what does not fit.
  static constexpr size_t kMaxPacketsPerTick = 64;

  explicit Shard(EventQueue& events);
  ~Shard();

  /// Starts the thread; its first tick comes after `offset`, so that shards do not all work at
  /// once.
  absl::Status Start(absl::Duration offset);

  /// Returns: RESOURCE_EXHAUSTED if the queue is full.
  absl::Status Post(Command command);
  /// Posts a RemoveLegCommand, which is never refused: there are at most as many as legs.
  void PostRemoval(Leg* leg);

  EngineStats stats() const { return shared_stats_.Read(); }

 private:
  void Append(Command command);
  void Wake();
  void Run();
  void RunCommands();
  void Apply(AddLegCommand& command);
  void Apply(SetPeerCommand& command);
  void Apply(PlayCommand& command);
  void Apply(StopPlayCommand& command);
  void Apply(SetRouteCommand& command);
  void Apply(RemoveLegCommand& command);
  void RunTicks(uint64_t due);
  void Tick();
  void ReadPackets(Leg& leg);
  void SendPacket(Leg& leg);
  void SendReport(Leg& leg);
  void SendTo(int fd, UdpAddress to, std::span<const uint8_t> bytes);
  void CountTick(std::chrono::nanoseconds took);

  EventQueue& event_queue_;
  UniqueFd epoll_, timer_, wake_;

  std::mutex mutex_;
  std::vector<Command> posted_;  // guarded by mutex_
  bool stopping_ = false;        // guarded by mutex_

  // The thread's own.
  std::vector<Command> commands_;
  std::vector<std::unique_ptr<Leg>> legs_;  // each knows its index
  DatagramBatch batch_;
  Mixer mixer_;
  EventList events_;
  EngineStats stats_;
  uint64_t untold_events_ = 0;  // dropped by event_queue_
  FrameCount now_ = 0;

  SharedStats shared_stats_;
  std::thread thread_;
};

}  // namespace hotline::media
