// The rows of a snapshot: the core's records with names in place of pointers, and their field
// lists. A change here needs a new kSnapshotVersion.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "router/core/policy/control.h"
#include "router/core/policy/learned.h"
#include "router/core/snapshot/byte_codec.h"
#include "router/core/state/entities.h"
#include "router/core/state/stats_buckets.h"

namespace hotline::router {

inline constexpr char kSnapshotVersion = 5;

struct SeatRow {
  SeatProfile profile;
  SeatState state = SeatState::kSignedOut;
  std::string reason;
  absl::Time state_time, ready_since;
  Next next = Next::kReady;
  std::string next_reason;
  bool silent = false;
  bool enrolled = false;
  absl::Duration heartbeat_timeout;
  uint32_t answered = 0;
  absl::Duration talk;
  absl::Time wrap_up_at, heartbeat_at;
  OfferId last_offer;
};

struct CallbackRow {
  CallbackRequest asked;
  uint32_t attempts = 0;
  absl::Time not_before, keep_until, live_since;
};

struct CallRow {
  CallRequest request;
  std::string node;
  CallState state = CallState::kQueued;
  absl::Time state_time;
  uint8_t release_cause = 0;
  bool counted = true;
  uint32_t ring = 0;
  absl::Time hold_until;
  std::string held_for;  ///< the seat
  std::optional<CallbackRow> callback;
  bool callback_offered = false;
  std::optional<WaitFeatures> features;
  double expected_mean = 0, expected_quantile = 0;
  std::optional<Target> target;
  OfferId offer;
  absl::Time offer_expire;
  std::optional<absl::Time> answer_time;
  std::optional<Target> answered_by;
  std::vector<std::string> visited;
  absl::Time alone_since;
};

struct NodeRow {
  Node node;
  bool attached = false;
  bool calls_back = false;
  uint64_t last_seq = 0;
  absl::Time grace_end;
};

struct StationRow {
  std::string id;
  absl::Time rest_until;
};

struct QueueRow {
  std::string id;
  uint32_t priority_run = 0;
};

struct ClassRow {
  std::string name;
  ClassRecord record;
};

struct LearnedRow {
  ClassRecord all;
  double wrap_ups = 0, wrap_up = 0;
  std::vector<ClassRow> classes;
  WaitEstimator::State waits;
};

struct BucketRow {
  uint64_t quarter = 0;
  StatsBuckets::Bucket counts;
};

struct AreaRows {
  absl::Time now;
  bool awake = false;
  bool draining = false;
  uint64_t next_offer = 1;
  uint64_t newest_quarter = 0;
  std::vector<NodeRow> nodes;
  std::vector<StationRow> stations;  ///< those that rest
  std::vector<SeatRow> seats;
  std::vector<CallRow> calls;
  std::vector<BucketRow> buckets;
  std::vector<CallId> ended;  ///< oldest first
  std::vector<QueueRow> queues;
  LearnedRow learned;
  Control::State control;
};

template <class Codec, class... T>
void Fields(Codec& codec, T&... values) {
  (Field(codec, values), ...);
}

template <class Codec>
void Field(Codec& codec, SkillLevel& v) {
  Fields(codec, v.skill, v.level);
}

template <class Codec>
void Field(Codec& codec, Target& v) {
  EnumField(codec, v.kind, TargetKind::kStation);
  Field(codec, v.id);
}

template <class Codec>
void Field(Codec& codec, SeatRow& v) {
  Fields(codec, v.profile.seat, v.profile.agent, v.profile.extension, v.profile.queues,
         v.profile.skills, v.profile.group, v.profile.provider, v.profile.clearance,
         v.profile.suspended);
  EnumField(codec, v.state, SeatState::kUnknown);
  EnumField(codec, v.next, Next::kSignedOut);
  Fields(codec, v.reason, v.state_time, v.ready_since, v.next_reason, v.silent, v.enrolled,
         v.heartbeat_timeout, v.answered, v.talk, v.wrap_up_at, v.heartbeat_at, v.last_offer);
}

template <class Codec>
void Field(Codec& codec, CallRequest& v) {
  EnumField(codec, v.priority, Priority::kP3);
  Fields(codec, v.call, v.queue, v.skills, v.has_priority, v.arrive_time, v.request_time, v.entry,
         v.barred, v.clearance, v.preferred_agent);
}

template <class Codec>
void Field(Codec& codec, CallbackRow& v) {
  CallbackRequest& asked = v.asked;
  Fields(codec, asked.callback, asked.origin, asked.matter, asked.contact, asked.voice,
         asked.any_hour, v.attempts, v.not_before, v.keep_until, v.live_since);
}

template <class Codec>
void Field(Codec& codec, CallRow& v) {
  EnumField(codec, v.state, CallState::kDialling);
  Fields(codec, v.request, v.node, v.state_time, v.release_cause, v.counted, v.ring, v.hold_until,
         v.held_for, v.callback, v.callback_offered, v.features, v.expected_mean,
         v.expected_quantile, v.target, v.offer, v.offer_expire, v.answer_time, v.answered_by,
         v.visited, v.alone_since);
}

template <class Codec>
void Field(Codec& codec, NodeRow& v) {
  Fields(codec, v.node.name, v.node.instance, v.attached, v.calls_back, v.last_seq, v.grace_end);
}

template <class Codec>
void Field(Codec& codec, StationRow& v) {
  Fields(codec, v.id, v.rest_until);
}

template <class Codec>
void Field(Codec& codec, BucketRow& v) {
  StatsBuckets::Bucket& c = v.counts;
  Fields(codec, v.quarter, c.offered, c.answered, c.escalated_answered, c.abandoned, c.failed,
         c.not_requested, c.answered_in_target, c.total_wait, c.longest_wait);
  for (uint64_t& result : c.results) Field(codec, result);
}

template <class Codec>
void Field(Codec& codec, QueueRow& v) {
  Fields(codec, v.id, v.priority_run);
}

template <class Codec>
void Field(Codec& codec, ClassRecord& v) {
  Fields(codec, v.patience.exposure, v.patience.hang_ups, v.patience.answers, v.patience.waits,
         v.talks, v.talk, v.finished, v.connected, v.at_once, v.last_wait, v.fair_rate);
}

template <class Codec>
void Field(Codec& codec, ClassRow& v) {
  Fields(codec, v.name, v.record);
}

template <class Codec>
void Field(Codec& codec, LearnedRow& v) {
  Fields(codec, v.all, v.wrap_ups, v.wrap_up, v.classes);
  WaitEstimator::State& w = v.waits;
  Fields(codec, w.weights, w.spread, w.factors, w.score.waits, w.score.error, w.score.squared_error,
         w.score.covered);
}

template <class Codec>
void Field(Codec& codec, AreaRows& v) {
  Fields(codec, v.now, v.awake, v.draining, v.next_offer, v.newest_quarter, v.nodes, v.stations,
         v.seats, v.calls, v.buckets, v.ended, v.queues, v.learned);
  Control::State& c = v.control;
  Fields(codec, c.base, c.price, c.finished, c.connected, c.needed, c.calls_back);
  EnumField(codec, c.mode, ControlMode::kClosed);
  EnumField(codec, c.reason, ControlReason::kSupervisor);
}

}  // namespace hotline::router
