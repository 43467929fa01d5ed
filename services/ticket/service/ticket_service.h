// hotline.ticket.v1.TicketService over a TicketDesk. Each request leaves gRPC's thread at once for
// the work pool.
#pragma once

#include <memory>

namespace grpc {
class Service;
}

namespace hotline {
class Gate;
class WorkPool;
}  // namespace hotline

namespace hotline::ticket {

class TicketDesk;
class TicketMetrics;
class WatchHub;

/// What the service works with; all must outlive it.
struct ServiceParts {
  TicketDesk& desk;
  WorkPool& pool;
  WatchHub& hub;
  TicketMetrics& metrics;
  const Gate& gate;
};

std::unique_ptr<grpc::Service> MakeTicketService(ServiceParts parts);

}  // namespace hotline::ticket
