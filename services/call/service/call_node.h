// The call service itself: the strand that owns the core, and the adapters around it.
//
//   SIP ─┐                        ┌─► SIP
//   media ├─ events ─► core.Step ─┼─► media node
//   router┘      (the strand)     └─► spool ─► router
//
// Thread-safe, but for construction and destruction.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/base/ids.h"
#include "services/base/phone_number.h"
#include "services/call/service/options.h"
#include "services/runtime/clock.h"
#include "services/runtime/metrics.h"
#include "services/runtime/queue_strand.h"

#include "hotline/call/v1/call_service.pb.h"

namespace hotline::call {

class CallNode {
 public:
  /// Opens the spool, tells of calls that died with the process before, and takes calls. `instance`
  /// grows with every start.
  /// Returns: what the spool or the SIP port says.
  static absl::StatusOr<std::unique_ptr<CallNode>> Start(const CallOptions& options,
                                                         uint64_t instance, Clock clock,
                                                         Metrics& metrics);
  virtual ~CallNode() = default;

  /// Where SIP listens, with the actual port.
  virtual Endpoint sip_address() const = 0;

  /// The node's thread, which can serve gRPC as well.
  virtual QueueStrand& strand() = 0;

  /// Calls `reply` on the strand with the state of things.
  virtual void GetStatus(std::function<void(v1::GetStatusResponse)> reply) = 0;
  /// Live calls with higher ids than `after`, as many as fit into a message.
  virtual void ListLiveCalls(CallId after,
                             std::function<void(v1::ListLiveCallsResponse)> reply) = 0;
  /// The same with the number of a call's caller; nothing if the call is not known (any more).
  virtual void GetCaller(CallId call,
                         std::function<void(const std::optional<PhoneNumber>&)> reply) = 0;

  /// Takes no new calls, waits for the live ones at most `limit`, ends what is left with a record,
  /// and waits a moment for the router to have the records. Returns when that is over.
  virtual void Drain(absl::Duration limit) = 0;
};

}  // namespace hotline::call
