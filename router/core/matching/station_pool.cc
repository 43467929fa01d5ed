#include "router/core/matching/station_pool.h"

#include <algorithm>

#include "router/core/matching/matcher.h"

namespace hotline::router {

StationPool::StationPool(const std::vector<StationConfig>& stations) {
  for (const StationConfig& config : stations) {
    stations_.emplace(config.id, std::make_unique<Station>(&config));
  }
}

Station* StationPool::Find(std::string_view id) const {
  const auto it = stations_.find(id);
  return it == stations_.end() ? nullptr : it->second.get();
}

bool StationPool::MayServe(const Station& station, const Call& call) {
  const auto& visited = call.visited;
  if (std::find(visited.begin(), visited.end(), &station) != visited.end()) return false;
  if (IsBarred(*station.config, *call.need)) return false;
  return station.config->skills.empty() || HasSkills(station.config->skills, call.need->needs);
}

bool StationPool::HasRoom(const Station& station, absl::Time now) {
  return station.open && station.busy < station.config->capacity && station.rest_until <= now;
}

void StationPool::SetWanting(Call& call, bool wanting) {
  if (!wanting && !call.wanting) return;
  bool added = false;
  for (Station* station : call.queue->pool) {
    if (wanting && MayServe(*station, call)) {
      added |= station->candidates.insert(call.place()).second;
    } else {
      station->candidates.erase(call.place());
    }
  }
  call.wanting = wanting;
  if (added) fresh_calls_.insert(call.place());
  if (!wanting) fresh_calls_.erase(call.place());
}

bool StationPool::AnyInReach(const Call& call) const {
  const auto& pool = call.queue->pool;
  return std::any_of(pool.begin(), pool.end(), [&](const Station* station) {
    return station->open && MayServe(*station, call);
  });
}

Station* StationPool::FirstWithRoom(const Call& call, absl::Time now) const {
  for (Station* station : call.queue->pool) {
    if (HasRoom(*station, now) && MayServe(*station, call)) return station;
  }
  return nullptr;
}

std::pair<Call*, Station*> StationPool::NextMatch(absl::Time now) {
  while (!fresh_stations_.empty()) {
    Station& station = *stations_.find(*fresh_stations_.begin())->second;
    if (HasRoom(station, now) && !station.candidates.empty()) {
      return {station.candidates.begin()->call, &station};
    }
    fresh_stations_.erase(fresh_stations_.begin());
  }
  while (!fresh_calls_.empty()) {
    Call& call = *fresh_calls_.begin()->call;
    for (Station* station : call.queue->pool) {
      if (HasRoom(*station, now) && station->candidates.contains(call.place())) {
        return {&call, station};
      }
    }
    fresh_calls_.erase(fresh_calls_.begin());
  }
  return {nullptr, nullptr};
}

}  // namespace hotline::router
