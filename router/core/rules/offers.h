// Offers: a call held for one seat or station until it is answered, comes to nothing or expires.
//
// However an offer fails, the call goes back to its place in line in the same Step, and is offered
// on.
#pragma once

#include "router/core/state/area.h"

namespace hotline::router {

/// Requires: the call waits; the seat is ready, or the station has room.
void OfferToSeat(Area& area, Call& call, Seat& seat);
void OfferToStation(Area& area, Call& call, Station& station);

/// Rings call.seat or call.station. Requires: it is held for the call, or free.
void Offer(Area& area, Call& call, absl::Duration timeout, std::string extension,
           Overtake overtake);

/// The call service says that offer `id` was answered at `when`. A late answer is refused with a
/// withdrawal.
void OfferWasAnswered(Area& area, Call& call, OfferId id, absl::Time when);
/// The call service says that offer `id` came to nothing; ignored unless it is the present one.
void OfferHasFailed(Area& area, Call& call, OfferId id, OfferFailure why);
/// The offer's deadline: ring no answer. While the node is away nobody knows whether it rang, so
/// nobody is blamed.
void OfferExpired(Area& area, Call& call);

/// Takes the ringing offer of `call` back, tells the call service, and puts the call in line again.
void WithdrawFromSeat(Area& area, Call& call, OfferFailure why);
/// The same without telling: the call service does not know of the offer.
void ForgetOffer(Area& area, Call& call);

/// Frees the seat or station that rings or talks, with the state that follows for it.
void FreeTarget(Area& area, Call& call, OfferFailure why = OfferFailure::kCancelled);

/// Records that `by` answered (nothing if nobody knows who) and counts it, the first time.
void CountAnswer(Area& area, Call& call, absl::Time answer_time, std::optional<Target> by);

/// Returns whether a call answered then was answered within the area's target.
bool IsInTarget(const Area& area, absl::Time request_time, absl::Time answer_time);

}  // namespace hotline::router
