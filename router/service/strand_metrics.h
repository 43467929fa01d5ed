// What the router tells Prometheus. Lives on the strand.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "router/core/router.h"
#include "router/service/journal_writer.h"
#include "services/runtime/metrics.h"

namespace hotline::router {

class StrandMetrics {
 public:
  explicit StrandMetrics(Metrics& metrics);

  /// Counts an action that was carried out. Only the active router counts.
  void Count(const Action& action);
  void CountBatch(size_t events);

  void CountRefused() { refused_.Add(); }

  /// Sets the gauges.
  struct Now {
    bool active = false;
    bool spooling = false;
    uint64_t epoch = 0;
    uint64_t seq = 0;
    size_t nodes = 0;
    size_t queued = 0;
  };

  void Show(const Now& now, const Router& core, const std::vector<SeatView>& seats,
            absl::Time time);

  const JournalWriter::Numbers& writer() const { return writer_; }

 private:
  std::array<Counter, kTelephonyResultCount + 1> calls_;  ///< by result; [0] unused
  Counter offers_, withdrawals_, releases_, events_, batches_, refused_;
  std::map<CallbackResult, Counter> callbacks_;
  std::map<std::string, Gauge> area_;
  std::map<std::string, Gauge> live_;  // apart from area_: both have an "offered"
  std::map<SeatState, Gauge> seats_;
  std::map<std::string, Gauge> router_;
  JournalWriter::Numbers writer_;
};

}  // namespace hotline::router
