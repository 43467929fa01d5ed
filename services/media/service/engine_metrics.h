// The engine's counters as Prometheus metrics.
#pragma once

#include <array>
#include <utility>

#include "services/media/rtp/engine_stats.h"
#include "services/runtime/metrics.h"

namespace hotline::media {

/// Thread-compatible. A default one shows nowhere.
class EngineMetrics {
 public:
  EngineMetrics() = default;
  explicit EngineMetrics(Metrics& metrics);

  /// Adds what happened since the last call. Requires: counters never fall.
  void Update(const EngineStats& stats);

 private:
  Gauge legs_;
  Counter received_, sent_, lost_, late_, dropped_, refused_;
  Counter send_errors_, dropped_events_, overruns_;
  Histogram tick_seconds_;
  EngineStats last_;
};

}  // namespace hotline::media
