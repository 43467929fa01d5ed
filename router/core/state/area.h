// All of an area's routing state in one place: the tables, their indexes, the clock of the present
// Step and the actions it has decided so far. No rules here.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"

#include "router/core/action.h"
#include "router/core/config.h"
#include "router/core/explain/decision_log.h"
#include "router/core/matching/matcher.h"
#include "router/core/matching/station_pool.h"
#include "router/core/policy/control.h"
#include "router/core/policy/expected_wait.h"
#include "router/core/policy/learned.h"
#include "router/core/state/deadlines.h"
#include "router/core/state/ended_calls.h"
#include "router/core/state/entities.h"
#include "router/core/state/stats_buckets.h"

namespace hotline::router {

/// Seats an area may have; a sign-in beyond it is refused.
inline constexpr size_t kMaxSeats = 100'000;
/// Call services an area may have, absent ones in their grace included.
inline constexpr size_t kMaxNodes = 1'000;

struct Area {
  explicit Area(AreaConfig c);
  Area(const Area&) = delete;
  Area& operator=(const Area&) = delete;

  const AreaConfig config;
  absl::btree_map<std::string, std::unique_ptr<Seat>, std::less<>> seats;  ///< signed-out ones stay
  absl::btree_map<CallId, std::unique_ptr<Call>> calls;
  absl::btree_map<std::string, std::unique_ptr<Queue>, std::less<>> queues;
  absl::btree_map<std::string, std::unique_ptr<NodeEntry>, std::less<>> nodes;
  absl::btree_map<std::string, Call*, std::less<>> callbacks;  ///< by matter
  DeadlineIndex deadlines;
  Learned learned;
  WaitEstimator waits;
  Matcher matcher;
  StationPool stations;
  StatsBuckets stats;
  EndedCalls ended;
  Control control;
  const std::string policy_version;
  DecisionLog decisions;
  Alarm escalation_alarm{AlarmKind::kEscalation, uint64_t{0}};
  Alarm control_alarm{AlarmKind::kControl, uint64_t{0}};
  const bool escalates_by_gain;  ///< some queue does
  const bool offers_callbacks;   ///< some queue does
  uint64_t next_offer = 1;
  bool draining = false;
  bool awake = false;  ///< the stations know what time it is

  absl::Time now = absl::UnixEpoch();  ///< of the present Step or of the deadline it applies
  std::vector<Action> actions;

  /// These return null if there is no such thing.
  Seat* FindSeat(std::string_view id) const;
  Call* FindCall(CallId id) const;
  Queue* FindQueue(std::string_view id) const;
  NodeEntry* FindNode(std::string_view name) const;
};

/// Who rings or talks; nothing if nobody.
std::optional<Target> TargetOf(const Call& call);

/// Appends CallChanged for how `call` stands now, or StationChanged for `station`.
void TellCall(Area& area, const Call& call);
void TellStation(Area& area, const Station& station);

}  // namespace hotline::router
