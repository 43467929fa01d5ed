// SeatService: what a seat, or somebody for it, asks of the router.
#pragma once

#include <memory>
#include <vector>

#include "router/core/event.h"

namespace grpc {
class Service;
}

namespace hotline::router {

class Strand;

inline constexpr size_t kMaxRequestIdBytes = 64;
inline constexpr size_t kMaxAgentBytes = 64;

/// `seats` are the area's configured seats: what a sign-in makes of a seat id.
/// Requires: `strand` outlives the service.
std::unique_ptr<grpc::Service> MakeSeatService(Strand& strand, std::vector<SeatProfile> seats);

}  // namespace hotline::router
