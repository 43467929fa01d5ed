// What the core knows of seats, calls, queues, stations and call services: plain records that point
// at each other. They live in Area; the rules that change them are in router/core/rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/time/time.h"

#include "router/core/config.h"
#include "router/core/event.h"
#include "router/core/matching/orders.h"
#include "router/core/policy/expected_wait.h"
#include "router/core/state/deadlines.h"

namespace hotline::router {

/// What a seat becomes when what it does now is over.
enum class Next : uint8_t { kReady, kNotReady, kSignedOut };

/// A requirement that a seat can meet, and how near the seat is to such callers.
struct Serving {
  Requirement* need;
  uint32_t ring;
};

struct Seat {
  explicit Seat(std::string id) : profile{.seat = std::move(id)} {}

  SeatProfile profile;
  SeatState state = SeatState::kSignedOut;
  std::string reason;
  absl::Time state_time;
  absl::Time ready_since;  ///< outlives an offer that came to nothing through no fault of the seat
  Call* call = nullptr;    ///< Invariant: set exactly while offered or on call
  Next next = Next::kReady;  ///< after the call, the wrap-up or UNKNOWN
  std::string next_reason;
  bool silent = false;  ///< the heartbeat stopped while it rang or talked
  absl::Duration heartbeat_timeout;
  uint32_t answered = 0;
  absl::Duration talk;
  OfferId last_offer;
  Alarm wrap_up_alarm{AlarmKind::kWrapUp, &profile.seat};
  Alarm heartbeat_alarm{AlarmKind::kHeartbeat, &profile.seat};

  // Derived; Matcher's.
  absl::btree_set<CallPlace> wanted_by;  ///< calls held for this seat alone
  std::vector<Serving> serves;
  bool enrolled = false;  ///< `serves` is filled: somebody is signed in
  bool in_reach = false;  ///< counted in Requirement::reach
  bool in_ready = false;  ///< in Requirement::ready
  bool fresh = false;     ///< became ready in this Step
};

/// What a call-back is, besides a call.
struct Callback {
  CallbackRequest asked;
  uint32_t attempts = 0;                         ///< times the caller was dialled
  absl::Time not_before = absl::InfinitePast();  ///< the retry plan
  absl::Time keep_until;
  absl::Time live_since = absl::InfiniteFuture();  ///< the caller is on the line since then

  bool live() const { return live_since != absl::InfiniteFuture(); }
};

struct Call {
  explicit Call(CallRequest asked)
      : request(std::move(asked)), alarm(AlarmKind::kCall, request.call.value) {}

  CallRequest request;
  NodeEntry* node = nullptr;             ///< null: a call-back that no call service has yet
  Queue* queue = nullptr;                ///< null: not configured (any more)
  Requirement* need = nullptr;           ///< null exactly if `queue` is
  ClassRecord* record = nullptr;         ///< what is learnt of its class; set with `need`
  CallState state = CallState::kQueued;  ///< kEnded: released, its CallEnded is awaited
  absl::Time state_time;
  EndCause release_cause = EndCause::kQueueTimeout;  ///< of a released call
  /// False for a call that was given up while its node was away, and came back: it is served, but
  /// its one outcome is told.
  bool counted = true;
  absl::Time hold_until = absl::InfinitePast();  ///< held for the preferred agent until then
  std::optional<Callback> callback;
  bool callback_offered = false;         ///< the caller was asked whether to be called back
  uint32_t ring = 0;                     ///< seats up to this ring may take it
  std::optional<WaitFeatures> features;  ///< what the estimate was made of when it began to wait
  double expected_mean = 0;              ///< seconds from request_time
  double expected_quantile = 0;
  Seat* seat = nullptr;  ///< Invariant: seat and station are not both set; seat->call == this
  Station* station = nullptr;
  OfferId offer;  ///< of the present offer or of the one that was answered
  absl::Time offer_expire = absl::InfiniteFuture();
  std::optional<absl::Time> answer_time;
  std::optional<Target> answered_by;
  std::vector<Station*> visited;  ///< stations that failed it; in the order they were tried
  absl::Time alone_since =
      absl::InfiniteFuture();  ///< since when neither seat nor station is in reach
  Alarm alarm;                 ///< the offer's expiry or the next thing about the wait

  // Derived.
  int64_t rank = 0;
  Priority priority = Priority::kP3;  ///< its own or its queue's
  bool waiting = false;               ///< in Queue::by_age
  bool matching = false;              ///< in the matcher: waits, and its node is attached
  Seat* held_for = nullptr;           ///< in its wanted_by instead of a line
  bool wanting = false;               ///< in the candidates of its stations

  CallPlace place() { return {rank, request.call, this}; }

  AgePlace age() { return {request.request_time, request.call, this}; }

  /// A call-back whose caller is not on the line: nobody hangs up, nobody listens.
  bool away() const { return callback && !callback->live(); }

  /// When its patience with us began: the limits of a wait count from here.
  absl::Time since() const { return callback ? callback->live_since : request.request_time; }
};

struct Queue {
  const QueueConfig* config = nullptr;
  std::vector<Station*> pool;
  absl::btree_set<AgePlace> by_age;  ///< all that wait, those of absent nodes included
  uint32_t offered = 0;
  uint32_t connected = 0;
  uint32_t callbacks = 0;  ///< booked and not over
  uint32_t seats_signed_in = 0;
  uint32_t seats_ready = 0;
  uint32_t priority_run = 0;  ///< P2 calls served in a row while a P3 waited
};

struct Station {
  explicit Station(const StationConfig* c) : config(c), alarm(AlarmKind::kStation, &c->id) {}

  const StationConfig* config;
  bool open = false;
  uint32_t busy = 0;  ///< may exceed the capacity: a live dialog is never denied
  absl::Time rest_until = absl::InfinitePast();
  absl::Time next_change = absl::InfiniteFuture();
  Alarm alarm;
  absl::btree_set<CallPlace> candidates;  ///< waiting calls that may be escalated to it
};

struct NodeEntry {
  explicit NodeEntry(Node n) : node(std::move(n)), alarm(AlarmKind::kNode, &node.name) {}

  Node node;
  bool attached = false;
  bool calls_back = false;
  uint64_t last_seq = 0;
  Alarm alarm;  ///< set exactly while detached: the end of the grace
};

}  // namespace hotline::router
