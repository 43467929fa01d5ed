// What hotline-ticket counts. Thread-safe.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "services/runtime/metrics.h"

namespace hotline::ticket {

class TicketMetrics {
 public:
  explicit TicketMetrics(Metrics& metrics);

  /// A request of `method` ("Create" …) is answered.
  void CountRequest(const std::string& method, const absl::Status& status, absl::Duration took);

  Gauge drafts;
  Gauge waiting;    ///< requests for a thread
  Gauge following;  ///< 1 while the calls of a router are followed
  Histogram follow_lag;
  Counter caught_up;
  Counter changes;

 private:
  struct Method {
    Counter ok, refused, failed;
    Histogram latency;
  };

  std::map<std::string, Method> methods_;
};

}  // namespace hotline::ticket
