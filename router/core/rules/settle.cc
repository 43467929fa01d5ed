#include "router/core/rules/settle.h"

#include "router/core/rules/call_life.h"
#include "router/core/rules/escalation.h"
#include "router/core/rules/offers.h"

namespace hotline::router {

void Settle(Area& area) {
  // First who may hope for what, then the seats: a station gets only what no ready seat can take.
  for (Requirement* need : area.matcher.TakeReachChanges()) {
    for (const Line& line : need->lines) {
      for (const CallPlace& place : line.waiting) PlanWait(area, *place.call);
    }
  }
  for (const Matcher::Match& match : area.matcher.TakeMatches(area.now)) {
    OfferToSeat(area, *match.call, *match.seat);
  }
  for (;;) {
    const auto [call, station] = area.stations.NextMatch(area.now);
    if (call == nullptr) break;
    OfferToStation(area, *call, *station);
  }
  PlanEscalation(area);
}

}  // namespace hotline::router
