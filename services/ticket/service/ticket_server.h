// hotline-ticket without its main: store, desk, gRPC service, timekeeper, follower of calls.
//
//   console ──gRPC──► service ──► work pool ──► desk ──► store (one transaction each)
//                                                ▲ │
//              routers ──► call follower ────────┤ └──► watch hub ──► those who watch
//         call service ──► caller asker ─────────┤
//                          timekeeper ───────────┘
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/runtime/clock.h"
#include "services/runtime/endpoint.h"
#include "services/runtime/metrics.h"
#include "services/ticket/service/options.h"
#include "services/ticket/service/ticket_service.h"

namespace hotline::ticket {

class TicketServer {
 public:
  /// Opens the store and serves those whom `gate` lets pass. `gate` and `metrics` must outlive it.
  /// Returns: what the store, the key file or the port says.
  static absl::StatusOr<std::unique_ptr<TicketServer>> Start(const TicketOptions& options,
                                                             const Gate& gate, Clock clock,
                                                             Metrics& metrics);
  virtual ~TicketServer() = default;

  /// Where it listens, with the actual port.
  virtual const Endpoint& address() const = 0;

  /// Takes no new requests and answers those under way.
  virtual void Drain(absl::Duration grace) = 0;
};

}  // namespace hotline::ticket
