// Counters of the engine since it started. A shard writes its own, anyone reads.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "services/media/rtp/leg.h"

namespace hotline::media {

/// Upper limits of the tick's duration histogram; a last bucket takes the rest. A tick has 20 ms.
/// Units: microseconds.
inline constexpr std::array<int64_t, 8> kTickBuckets = {100,  250,  500,   1000,
                                                        2500, 5000, 10000, 20000};

/// A moment's view.
struct EngineStats {
  uint64_t legs = 0;
  LegCounts packets;
  uint64_t send_errors = 0;
  uint64_t dropped_events = 0;
  uint64_t ticks = 0;
  uint64_t overruns = 0;  ///< Ticks that came late by a tick or more.
  uint64_t tick_us = 0;   ///< Sum of all ticks' durations.
  std::array<uint64_t, kTickBuckets.size() + 1> tick_histogram{};

  void Add(const EngineStats& other);
};

/// One shard's counters: written by its thread after each tick, read by any.
class SharedStats {
 public:
  /// Shard thread.
  void Publish(const EngineStats& stats);
  EngineStats Read() const;

 private:
  static constexpr size_t kWords = sizeof(EngineStats) / sizeof(uint64_t);
  std::array<std::atomic<uint64_t>, kWords> words_{};
};

}  // namespace hotline::media
