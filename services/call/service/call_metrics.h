// The call service's numbers for Prometheus, seen from what goes into the core and comes out.
//
// Lives on the strand.
#pragma once

#include <map>
#include <vector>

#include "absl/time/time.h"

#include "services/call/core/action.h"
#include "services/call/core/event.h"
#include "services/call/sip/sip_endpoint.h"
#include "services/runtime/metrics.h"

namespace hotline::call {

class CallMetrics {
 public:
  explicit CallMetrics(Metrics& metrics);

  /// Looks at one step of the core, after it.
  void Observe(absl::Time now, const Event& event, const std::vector<Action>& actions);

  /// Numbers that others keep, as they stand.
  struct Levels {
    size_t live_calls = 0;
    size_t unacknowledged_records = 0;
    bool router_active = false;
    bool media_up = false;
    uint64_t refused_epochs = 0;
    SipCounts sip;
  };

  void Publish(const Levels& levels);

 private:
  void See(absl::Time now, const SipAction& action);
  void See(const Report& report);

  Metrics& metrics_;
  Gauge live_calls_, unacknowledged_, router_active_, media_up_;
  Counter invites_, refused_epochs_, overload_, draining_, malformed_;
  std::map<int, Counter> rejected_;               ///< by status
  std::map<EndCause, Counter> ended_, answered_;  ///< by cause
  Histogram answer_latency_, offer_latency_;
  std::map<CallId, absl::Time> invited_;  ///< not answered yet
  std::map<CallId, absl::Time> offered_;  ///< no INVITE out yet
  Levels published_;
};

}  // namespace hotline::call
