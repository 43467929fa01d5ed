// The routing core of one area: decides which waiting call is offered to which seat or station.
//
// A plain state machine. It opens nothing, waits for nothing and reads no clock: time and events
// come in through Step(), decisions go out as actions. The live router, the simulator and the tests
// run this same class; the same events at the same times always give the same actions.
//
// Thread-compatible: one owner calls it, from one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "router/core/action.h"
#include "router/core/config.h"
#include "router/core/event.h"
#include "router/core/explain/decision.h"
#include "router/core/stats.h"
#include "router/core/views.h"

namespace hotline::router {

class Router {
 public:
  /// Requires: Validate(config) is empty.
  explicit Router(AreaConfig config);
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// Returns a router in the state that EncodeSnapshot() wrote, under `config`: queues and stations
  /// that are configured no more are emptied (their calls wait in no queue and are released next
  /// Step). Returns: DATA_LOSS if the bytes are damaged or of another version.
  static absl::StatusOr<Router> FromSnapshot(AreaConfig config, std::string_view bytes);

  /// Returns OK if Step(now, event) would apply `event`, else why not: NOT_FOUND (unknown seat or
  /// queue), FAILED_PRECONDITION (the seat's state forbids it), INVALID_ARGUMENT (a reason or span
  /// out of bounds), RESOURCE_EXHAUSTED (too many seats or nodes). Step ignores what Check refuses,
  /// so a stale command does no harm; the shell uses Check to answer people. Changes nothing.
  absl::Status Check(const Event& event) const;

  /// Applies `event` at `now` and returns what the caller must do, in this order.
  ///
  /// A `now` before the last call's counts as the last one. All deadlines up to `now` are applied
  /// first, in order of time, so a late Tick changes only when, not what.
  [[nodiscard]] std::vector<Action> Step(absl::Time now, const Event& event);

  /// Returns when Step() must next be called with a Tick, or InfiniteFuture.
  absl::Time next_deadline() const;

  /// Returns the whole state; equal states give equal bytes.
  std::string EncodeSnapshot() const;

  /// Returns what was learnt of waits and talks, as bytes for Teach() of another router.
  std::string EncodeLearned() const;
  /// Takes what another router has learnt instead of the general belief. Requires: before the first
  /// Step. Returns: DATA_LOSS if the bytes are damaged.
  absl::Status Teach(std::string_view learned);

  /// Views, for the projection and those who watch. Lists are sorted by id.
  std::vector<SeatView> seats() const;
  std::vector<QueueView> queues(absl::Time now) const;
  std::vector<StationView> stations(absl::Time now) const;
  /// Without the call-backs that no call service has.
  std::vector<CallView> calls() const;
  std::vector<CallbackView> callbacks() const;
  /// Returns nothing if unknown.
  std::optional<SeatView> FindSeat(std::string_view seat) const;
  std::optional<CallView> FindCall(CallId call) const;
  std::optional<QueueView> FindQueue(std::string_view queue, absl::Time now) const;
  std::optional<StationView> FindStation(std::string_view station, absl::Time now) const;

  /// Counts of calls that arrived in [from, now]; `from` is rounded down to a quarter of an hour
  /// and is at most 24 h back.
  AreaStats StatsSince(absl::Time from, absl::Time now) const;
  /// The same of [from, until), both rounded down to a quarter of an hour.
  AreaStats StatsBetween(absl::Time from, absl::Time until) const;

  /// Why a call is where it is; nothing if it is unknown and no decision about it is kept.
  /// Decisions are not part of a snapshot.
  std::optional<Explanation> Explain(CallId call) const;
  /// The same for two routers exactly if the same events make them decide the same.
  const std::string& policy_version() const;

  /// The connect-rate control, and how well waits are foretold.
  ControlView control() const;

  bool draining() const;
  const AreaConfig& config() const;

 private:
  class State;
  explicit Router(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hotline::router
