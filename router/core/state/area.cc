#include "router/core/state/area.h"

#include <algorithm>

#include "router/core/policy/version.h"

namespace hotline::router {
namespace {

template <class Map, class Key>
auto* Find(const Map& map, const Key& key) {
  const auto it = map.find(key);
  return it == map.end() ? nullptr : it->second.get();
}

}  // namespace

Area::Area(AreaConfig c)
    : config(std::move(c)),
      matcher(learned, config.seed),
      stations(config.stations),
      control(config.control),
      policy_version(PolicyVersion(config)),
      decisions(config.explain.keep),
      escalates_by_gain(
          std::any_of(config.queues.begin(), config.queues.end(),
                      [](const QueueConfig& q) { return q.escalate_by == EscalateBy::kGain; })),
      offers_callbacks(std::any_of(config.queues.begin(), config.queues.end(),
                                   [](const QueueConfig& q) { return q.callback.offered; })) {
  for (const QueueConfig& queue_config : config.queues) {
    auto queue = std::make_unique<Queue>();
    queue->config = &queue_config;
    for (const std::string& id : queue_config.stations) queue->pool.push_back(stations.Find(id));
    queues.emplace(queue_config.id, std::move(queue));
  }
}

Seat* Area::FindSeat(std::string_view id) const {
  return Find(seats, id);
}

Call* Area::FindCall(CallId id) const {
  return Find(calls, id);
}

Queue* Area::FindQueue(std::string_view id) const {
  return Find(queues, id);
}

NodeEntry* Area::FindNode(std::string_view name) const {
  return Find(nodes, name);
}

std::optional<Target> TargetOf(const Call& call) {
  if (call.seat != nullptr) return Target{TargetKind::kSeat, call.seat->profile.seat};
  if (call.station != nullptr) return Target{TargetKind::kStation, call.station->config->id};
  return std::nullopt;
}

void TellCall(Area& area, const Call& call) {
  area.actions.push_back(CallChanged{call.request.call, call.state, TargetOf(call)});
}

void TellStation(Area& area, const Station& station) {
  area.actions.push_back(StationChanged{station.config->id, station.open, station.busy});
}

}  // namespace hotline::router
