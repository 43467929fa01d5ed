// What an area's routing is configured with. Read from the area file by router/service.
//
// Values only; Router's constructor requires that Validate() found nothing.
#pragma once

#include <string>
#include <vector>

#include "router/core/types.h"
#include "services/base/weekly_hours.h"

namespace hotline::router {

/// Which waiting call goes first. Crisis calls do under either, and who has waited beyond the hard
/// cap goes by age alone.
enum class CallOrder : uint8_t {
  kFifo,     ///< by virtual start: age, and priority_step for each priority
  kConnect,  ///< by what a seat's time saves: the ageing index of policy/call_order.h
};

/// Which of several ready seats gets the call; ties go by longest idle, then by id.
enum class SeatOrder : uint8_t {
  kLongestIdle,
  kLeastBusy,        ///< least talk since sign-in
  kFewestCalls,      ///< since sign-in
  kRoundRobin,       ///< whose last offer is longest ago
  kMostSkilled,      ///< highest levels in what the queue needs
  kMostSpecialised,  ///< fewest queues and skills: generalists stay free for others
  kRandom,           ///< by a hash of seat, time and the area's seed: the same in every replay
};

/// The rules of order of a queue; each can be switched on its own.
struct OrderRules {
  CallOrder calls = CallOrder::kFifo;
  SeatOrder seats = SeatOrder::kLongestIdle;
  double weight = 1;  ///< of a waited minute against other queues at a seat that serves several
  absl::Duration hard_cap = absl::Minutes(8);  ///< beyond it the oldest goes first
  uint32_t max_priority_run = 3;  ///< P2 calls in a row before a waiting P3 goes; 0: no limit
  /// A class that connects more than this share of its calls less than service by age alone would
  /// give it is preferred until it has caught up; 1: never.
  double floor_margin = 0.016;
  uint32_t reserved_seats = 0;            ///< so many ready seats are kept …
  Priority reserved_for = Priority::kP1;  ///< … for calls of this priority and above
};

/// Rings a queue may have.
inline constexpr size_t kMaxRings = 8;

/// A circle of seats around a queue's callers. A call begins in the first one and is let into the
/// next as soon as the expected wait in the present one is too long, not after fixed seconds.
struct RingConfig {
  std::vector<std::string> groups;  ///< of seats that are new in this ring; empty: all that is left
  absl::Duration max_expected_wait = absl::Seconds(10);  ///< more, and the next ring helps
};

/// When a waiting call may go to the queue's stations, besides when no seat could ever serve it.
enum class EscalateBy : uint8_t {
  kTimer,  ///< after escalate_after
  kGain,   ///< when a station's hour saves enough calls, by the area's control (policy/control.h)
};

/// Virtual hold: a waiting caller may hang up, keep the place in line, and be called.
struct CallbackRules {
  bool offered = false;
  absl::Duration offer_after = absl::Seconds(60);  ///< who has waited so long is asked, once
  bool agent_first = true;  ///< the seat answers, then the caller is called; else the other way
  WeeklyHours hours;        ///< when callers are called, unless one asked for any hour
  absl::Duration dial_timeout = absl::Seconds(45);
  absl::Duration keep = absl::Hours(24);  ///< then it is given up
  uint32_t max_booked = 500;              ///< at once
};

/// A line of waiting calls and its rules.
struct QueueConfig {
  std::string id;
  std::vector<SkillLevel> skills;  ///< what every call of this queue needs
  Priority priority = Priority::kP3;
  absl::Duration answer_timeout = absl::Seconds(15);  ///< an offer to a seat expires
  absl::Duration wrap_up = absl::Seconds(30);         ///< after a call, unless ended earlier
  absl::Duration escalate_after = absl::Seconds(60);  ///< wait before stations may take it
  absl::Duration max_wait = absl::Minutes(10);        ///< then the call is released (T06)
  absl::Duration no_seat_wait = absl::Seconds(20);    ///< with no seat and no station (T08)
  uint32_t max_waiting = 200;                         ///< more are released at once (T07)
  std::vector<std::string> stations;                  ///< the pool to escalate to, nearest first
  EscalateBy escalate_by = EscalateBy::kTimer;
  OrderRules order;
  std::vector<RingConfig> rings;  ///< empty: one ring with every seat of the queue
  absl::Duration affinity_wait = absl::Seconds(20);  ///< for the preferred agent, then anyone
  CallbackRules callback;
  /// Of a caller at a freed seat of his first ring, against strangers there. 1: rings widen so soon
  /// in a busy hour that they keep nobody local.
  double near_weight = 4;
};

/// A physical service centre.
struct StationConfig {
  std::string id;
  std::string level;      ///< city, county, township, village
  std::string extension;  ///< the SIP user of its phone
  WeeklyHours hours;
  uint32_t capacity = 1;  ///< calls at once
  absl::Duration ring_timeout = absl::Seconds(20);
  std::vector<SkillLevel> skills;  ///< empty: takes any call
  uint32_t clearance = 0;          ///< what may be confided to it
};

/// How the area holds its connect rate with as little of the stations' time as possible.
struct ControlRules {
  double target = 0.9;        ///< connected ÷ requested, over 24 hours
  double hysteresis = 0.005;  ///< no change while the rate is so near the target
  /// Lost calls that a mean call's time of a station must save, to begin with.
  double first_gain = 0.92;
  double least_gain = 0.1;  ///< never below: a station's time is worth something
  double most_gain = 3;     ///< above it stations are closed for escalation by gain
};

/// Decisions kept for those who ask why; see explain/decision.h. Who asks has all of them looked
/// at.
inline constexpr uint32_t kMaxKeptDecisions = 10'000;

/// What is recorded besides what is decided. Decides nothing itself.
struct ExplainRules {
  uint32_t keep = 4096;       ///< the last so many decisions; 0: none
  uint32_t full_every = 100;  ///< every so many offers all candidates are recorded; 0: never
};

/// Numbers that hold for the whole area.
struct AreaConfig {
  std::string id;
  absl::Duration utc_offset = absl::Hours(8);
  ResultLimits limits;
  absl::Duration priority_step = absl::Seconds(60);  ///< waiting so long equals one priority step
  absl::Duration node_grace =
      absl::Seconds(30);  ///< a call service may be away before its calls are lost
  absl::Duration unreachable_pause = absl::Seconds(30);  ///< a station that failed rests so long
  uint32_t max_calls = 100'000;                          ///< live calls; more are released (T07)
  ControlRules control;
  ExplainRules explain;
  uint64_t seed = 1;  ///< of the seat order "random"
  std::vector<QueueConfig> queues;
  std::vector<StationConfig> stations;
};

/// Returns every problem, one sentence each, with the key it is about; empty if the config is
/// sound.
std::vector<std::string> Validate(const AreaConfig& config);

}  // namespace hotline::router
