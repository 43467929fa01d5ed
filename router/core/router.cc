#include "router/core/router.h"

#include <algorithm>
#include <utility>

#include "router/core/explain/explain.h"
#include "router/core/rules/apply.h"
#include "router/core/rules/call_life.h"
#include "router/core/rules/check.h"
#include "router/core/snapshot/snapshot.h"
#include "router/core/state/area_views.h"
#include "services/base/check.h"

namespace hotline::router {

class Router::State : public Area {
 public:
  using Area::Area;
};

Router::Router(AreaConfig config) : state_(std::make_unique<State>(std::move(config))) {
  HOTLINE_CHECK(Validate(state_->config).empty(), "a router is made of an invalid configuration");
}

Router::Router(std::unique_ptr<State> state) : state_(std::move(state)) {}

Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

absl::StatusOr<Router> Router::FromSnapshot(AreaConfig config, std::string_view bytes) {
  Router router(std::move(config));
  if (auto status = ReadSnapshot(bytes, *router.state_); !status.ok()) return status;
  return router;
}

absl::Status Router::Check(const Event& event) const {
  return CheckEvent(*state_, event);
}

std::vector<Action> Router::Step(absl::Time now, const Event& event) {
  Area& area = *state_;
  now = std::max(now, area.now);
  if (!area.awake) {
    area.now = now;
    WakeStations(area);
  }
  // Before all else, and unasked, since Check refuses no epoch: the deadlines of the gap are
  // forgiven before they are applied.
  if (std::holds_alternative<EpochStarted>(event)) {
    area.now = now;
    StartEpoch(area);
  }
  ApplyDeadlines(area, now);
  area.now = now;
  area.stats.Advance(now);
  if (CheckEvent(area, event).ok()) {
    Apply(area, event);
    ApplyDeadlines(area, now);  // what has become due by the event itself
  }
  return std::exchange(area.actions, {});
}

absl::Time Router::next_deadline() const {
  const Alarm* first = state_->deadlines.First();
  return first == nullptr ? absl::InfiniteFuture() : first->at();
}

std::string Router::EncodeSnapshot() const {
  return WriteSnapshot(*state_);
}

std::string Router::EncodeLearned() const {
  return WriteLearned(state_->learned, state_->waits);
}

absl::Status Router::Teach(std::string_view learned) {
  return ReadLearned(learned, state_->learned, state_->waits);
}

std::vector<SeatView> Router::seats() const {
  std::vector<SeatView> views;
  views.reserve(state_->seats.size());
  for (const auto& [id, seat] : state_->seats) views.push_back(ViewOf(*seat));
  return views;
}

std::vector<QueueView> Router::queues(absl::Time now) const {
  std::vector<QueueView> views;
  for (const auto& [id, queue] : state_->queues) views.push_back(ViewOf(*queue, now));
  return views;
}

std::vector<StationView> Router::stations(absl::Time now) const {
  std::vector<StationView> views;
  for (const auto& [id, station] : state_->stations.all()) views.push_back(ViewOf(*station, now));
  return views;
}

std::vector<CallView> Router::calls() const {
  std::vector<CallView> views;
  views.reserve(state_->calls.size());
  for (const auto& [id, call] : state_->calls) {
    if (call->away() && call->state == CallState::kQueued) continue;
    views.push_back(ViewOf(*call, state_->now));
  }
  return views;
}

std::vector<CallbackView> Router::callbacks() const {
  std::vector<CallbackView> views;
  for (const auto& [id, call] : state_->calls) {
    if (call->callback) views.push_back(CallbackViewOf(*call));
  }
  return views;
}

std::optional<SeatView> Router::FindSeat(std::string_view seat) const {
  const Seat* found = state_->FindSeat(seat);
  return found == nullptr ? std::nullopt : std::optional(ViewOf(*found));
}

std::optional<CallView> Router::FindCall(CallId call) const {
  const Call* found = state_->FindCall(call);
  return found == nullptr ? std::nullopt : std::optional(ViewOf(*found, state_->now));
}

std::optional<QueueView> Router::FindQueue(std::string_view queue, absl::Time now) const {
  const Queue* found = state_->FindQueue(queue);
  return found == nullptr ? std::nullopt : std::optional(ViewOf(*found, now));
}

std::optional<StationView> Router::FindStation(std::string_view station, absl::Time now) const {
  const Station* found = state_->stations.Find(station);
  return found == nullptr ? std::nullopt : std::optional(ViewOf(*found, now));
}

AreaStats Router::StatsSince(absl::Time from, absl::Time now) const {
  return state_->stats.Since(from, now);
}

ControlView Router::control() const {
  const Control& control = state_->control;
  return {control.state,
          control.open(),
          control.calls_back(),
          control.lately(),
          state_->config.control.target,
          state_->waits.score()};
}

std::optional<Explanation> Router::Explain(CallId call) const {
  return ExplainCall(*state_, call);
}

const std::string& Router::policy_version() const {
  return state_->policy_version;
}

AreaStats Router::StatsBetween(absl::Time from, absl::Time until) const {
  return state_->stats.Between(from, until);
}

bool Router::draining() const {
  return state_->draining;
}

const AreaConfig& Router::config() const {
  return state_->config;
}

}  // namespace hotline::router
