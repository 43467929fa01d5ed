// What time does to stations: opening hours and rests.
#include <algorithm>

#include "router/core/rules/call_life.h"

namespace hotline::router {
namespace {

/// Whoever waits where `station` is in the pool looks again; at its opening, those it failed may
/// try it once more.
void LookAgain(Area& area, Station& station) {
  for (auto& [id, queue] : area.queues) {
    if (std::find(queue->pool.begin(), queue->pool.end(), &station) == queue->pool.end()) continue;
    for (const AgePlace& place : queue->by_age) {
      Call& call = *place.call;
      if (station.open) std::erase(call.visited, &station);
      if (call.matching) PlanWait(area, call);
    }
  }
}

void SetAlarm(Area& area, Station& station) {
  absl::Time due = station.next_change;
  if (station.rest_until > area.now) due = std::min(due, station.rest_until);
  area.deadlines.Set(station.alarm, due);
}

void Wake(Area& area, Station& station) {
  station.open = station.config->hours.IsOpen(area.now);
  station.next_change = station.config->hours.NextChange(area.now);
  SetAlarm(area, station);
}

}  // namespace

void Rest(Area& area, Station& station) {
  station.rest_until = area.now + area.config.unreachable_pause;
  SetAlarm(area, station);
}

void WakeStations(Area& area) {
  area.awake = true;
  for (const auto& [id, station] : area.stations.all()) Wake(area, *station);
}

void StationIsDue(Area& area, Station& station) {
  const bool was_open = station.open;
  Wake(area, station);
  if (station.open != was_open) {
    TellStation(area, station);
    LookAgain(area, station);
  }
  area.stations.Freed(station);
}

}  // namespace hotline::router
