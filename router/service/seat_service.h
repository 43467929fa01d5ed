// SeatService: what a seat, or somebody for it, asks of the router.
#pragma once

#include <memory>
#include <vector>

#include "router/core/event.h"

namespace hotline {
class Gate;
class QueueService;
}

namespace hotline::router {

class Strand;

inline constexpr size_t kMaxRequestIdBytes = 64;
inline constexpr size_t kMaxAgentBytes = 64;

/// `seats` are the area's configured seats: what a sign-in makes of a seat id.
/// People act as themselves: they sign in to seats that are theirs, under their own account, and
/// steer the seat they sit at. Supervisors and the hotline's own processes act for anybody.
/// Requires: `strand` and `gate` outlive the service.
std::unique_ptr<QueueService> MakeSeatService(Strand& strand, const Gate& gate,
                                               std::vector<SeatProfile> seats);

}  // namespace hotline::router
