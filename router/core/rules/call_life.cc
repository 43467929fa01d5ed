#include "router/core/rules/call_life.h"

#include <algorithm>
#include <utility>

#include "router/core/explain/explain.h"
#include "router/core/rules/call_back.h"
#include "router/core/rules/lessons.h"
#include "router/core/rules/offers.h"
#include "services/base/check.h"

namespace hotline::router {
namespace {

/// A call that waits in a narrow ring is looked at so often.
constexpr absl::Duration kRingLook = absl::Seconds(5);

/// Times that a call service could not have meant are put right: nobody asked before arriving, in
/// the future, or at no time at all.
CallRequest Sane(CallRequest request, absl::Time now) {
  const auto given = [](absl::Time t) {
    return t > absl::UnixEpoch();
  };
  if (!given(request.request_time)) request.request_time = now;
  if (!given(request.arrive_time)) request.arrive_time = request.request_time;
  request.request_time = std::min(request.request_time, now);
  request.arrive_time = std::min(request.arrive_time, request.request_time);
  request.priority = std::min(request.priority, Priority::kP3);
  std::erase(request.barred, "");
  std::sort(request.barred.begin(), request.barred.end());
  request.barred.erase(std::unique(request.barred.begin(), request.barred.end()),
                       request.barred.end());
  return request;
}

bool IsCrisis(const Call& call) {
  return call.priority == Priority::kP0;
}

/// Is a seat ready that is not kept for more urgent calls?
bool HasSeatAtOnce(const Area& area, const Call& call) {
  const OrderRules& order = call.queue->config->order;
  if (order.reserved_seats > 0 && call.priority > order.reserved_for) {
    return call.need->ready.size() > order.reserved_seats;
  }
  return area.matcher.HasReadySeat(*call.need);
}

bool IsFull(const Area& area, const Call& call) {
  if (area.calls.size() > area.config.max_calls) return true;
  return call.queue->by_age.size() >= call.queue->config->max_waiting && !HasSeatAtOnce(area, call);
}

bool MayWiden(const Call& call) {
  return call.ring + 1 < call.queue->config->rings.size();
}

/// Is the wait in the call's present ring too long?
bool IsRingTooSlow(const Area& area, const Call& call) {
  const RingConfig& ring = call.queue->config->rings[call.ring];
  return WaitInRing(area, call) > absl::ToDoubleSeconds(ring.max_expected_wait);
}

/// When a rule of order, besides the waiting limits, wants to look at the call again.
absl::Time NextLook(const Area& area, const Call& call) {
  const OrderRules& order = call.queue->config->order;
  absl::Time due = absl::InfiniteFuture();
  if (call.held_for != nullptr) return call.hold_until;
  if (MayWiden(call)) {
    // At fixed moments of the call's wait, so that a restored router looks at the same ones.
    const absl::Duration waited = area.now - call.request.request_time;
    due = call.request.request_time + absl::Floor(waited, kRingLook) + kRingLook;
  }
  if (order.reserved_seats > 0) {
    const absl::Time capped = absl::FromUnixNanos(call.rank) + order.hard_cap + absl::Seconds(1);
    if (capped > area.now) due = std::min(due, capped);
  }
  return std::min(due, CallbackOfferTime(area, call));
}

/// Lets a call that is not in line into the next rings until one of them has a ready seat or is
/// quick enough.
void WidenWhileSlow(Area& area, Call& call) {
  while (MayWiden(call) && !HasSeatAtOnce(area, call) && IsRingTooSlow(area, call)) {
    area.matcher.Drop(call);
    ++call.ring;
    area.matcher.Hold(call);
    NoteWidened(area, call);
  }
}

void WidenInLine(Area& area, Call& call) {
  if (!MayWiden(call)) return;
  area.matcher.RemoveWaiting(call);
  WidenWhileSlow(area, call);
  area.matcher.AddWaiting(call);
}

/// The preferred agent is busy, but will be free soon enough to wait for, and may take the call.
void HoldForPreferred(Area& area, Call& call) {
  call.hold_until = absl::InfinitePast();
  if (call.request.preferred_agent.empty() || call.priority == Priority::kP0) return;
  const absl::Time until = call.request.request_time + call.queue->config->affinity_wait;
  if (area.now >= until) return;
  Seat* seat = area.matcher.SeatOf(call.request.preferred_agent);
  if (seat == nullptr || !seat->in_reach || seat->next != Next::kReady) return;
  const bool busy = seat->state == SeatState::kOffered || seat->state == SeatState::kOnCall ||
                    seat->state == SeatState::kWrapUp;
  if (!busy) return;
  if (!Matcher::CanServe(*seat, *call.need)) return;
  call.hold_until = until;
  call.held_for = seat;
  NoteHeld(area, call);
}

void LineUp(Area& area, Call& call) {
  if (area.now >= call.since() + call.queue->config->max_wait) {
    return Release(area, call, EndCause::kQueueTimeout);
  }
  HoldForPreferred(area, call);
  if (call.held_for == nullptr) WidenWhileSlow(area, call);
  const bool at_once = HasSeatAtOnce(area, call);
  if (!call.features && !at_once) EstimateWait(area, call);
  if (!at_once) {
    NoteWaits(area, call);
    MayOfferCallback(area, call);
  }
  area.matcher.AddWaiting(call);
  PlanWait(area, call);
}

}  // namespace

void CallAsks(Area& area, NodeEntry& node, const CallRequest& request) {
  if (!request.call || area.FindCall(request.call) != nullptr) return;
  if (area.ended.Contains(request.call)) return;
  if (area.calls.size() >= 2 * size_t{area.config.max_calls}) {
    // Not even remembered: its CallEnded tells all there is to count.
    area.actions.push_back(ReleaseCall{node.node, request.call, EndCause::kQueueFull});
    return;
  }
  Call& call = AddCall(area, node, request);
  if (call.queue == nullptr) return Release(area, call, EndCause::kSystemFailure);
  // A crisis call is never refused.
  if (!IsCrisis(call) && (area.draining || IsFull(area, call))) {
    return Release(area, call, EndCause::kQueueFull);
  }
  call.alone_since = call.request.request_time;
  BeginWaiting(area, call);
}

Call& AddCall(Area& area, NodeEntry& node, CallRequest request) {
  const CallId id = request.call;
  auto& slot = area.calls[id];
  HOTLINE_CHECK(slot == nullptr, "a call is entered twice");
  slot = std::make_unique<Call>(Sane(std::move(request), area.now));
  Call& call = *slot;
  call.node = &node;
  call.state_time = area.now;
  call.counted = !area.ended.Contains(id);
  EnterQueue(area, call);
  if (call.counted) area.stats.Offered(call.request.arrive_time);
  return call;
}

void EnterQueue(Area& area, Call& call) {
  call.queue = area.FindQueue(call.request.queue);
  if (call.queue == nullptr) return;
  const QueueConfig& config = *call.queue->config;
  call.priority = call.request.has_priority ? call.request.priority : config.priority;
  area.matcher.Hold(call);
  call.rank = RankOf(call.priority, call.request.request_time, area.config.priority_step);
}

void ResumeWaiting(Area& area, Call& call) {
  if (call.queue == nullptr) {
    area.deadlines.Set(call.alarm, area.now);  // WaitIsDue releases it at the next Step
    return;
  }
  if (call.away()) return AwaitTurn(area, call);
  call.waiting = true;
  call.queue->by_age.insert(call.age());
  const bool may_be_held = call.held_for != nullptr && call.held_for->enrolled;
  if (!may_be_held || !call.node->attached) call.held_for = nullptr;
  if (!call.node->attached) return;
  area.matcher.AddWaiting(call);
  PlanWait(area, call);
}

void BeginWaiting(Area& area, Call& call) {
  call.state = CallState::kQueued;
  call.state_time = area.now;
  call.offer = {};
  TellCall(area, call);
  if (call.away()) return AwaitTurn(area, call);
  if (call.queue == nullptr) return Release(area, call, EndCause::kSystemFailure);
  call.waiting = true;
  call.queue->by_age.insert(call.age());
  if (call.node->attached) LineUp(area, call);
}

void StopWaiting(Area& area, Call& call) {
  if (call.away()) return LeaveTurn(area, call);
  if (!call.waiting) return;
  Park(area, call);
  call.waiting = false;
  call.queue->by_age.erase(call.age());
}

void Park(Area& area, Call& call) {
  area.matcher.RemoveWaiting(call);
  area.stations.SetWanting(call, false);
  area.deadlines.Set(call.alarm, absl::InfiniteFuture());
  call.alone_since = absl::InfiniteFuture();
}

void Unpark(Area& area, Call& call) {
  if (call.waiting && !call.matching) LineUp(area, call);
}

void PlanWait(Area& area, Call& call) {
  if (call.away()) return;  // its plan is AwaitTurn's
  const QueueConfig& rules = *call.queue->config;
  const absl::Time asked = call.since();
  const bool no_seat = call.need->reach == 0;
  const bool timed = rules.escalate_by == EscalateBy::kTimer;
  const bool escalate = no_seat || (timed && area.now >= asked + rules.escalate_after);
  area.stations.SetWanting(call, escalate);
  if (!no_seat || area.stations.AnyInReach(call)) {
    call.alone_since = absl::InfiniteFuture();
  } else if (call.alone_since == absl::InfiniteFuture()) {
    call.alone_since = area.now;
  }
  absl::Time due = std::min(asked + rules.max_wait, call.alone_since + rules.no_seat_wait);
  if (!escalate && timed) due = std::min(due, asked + rules.escalate_after);
  due = std::min(due, NextLook(area, call));
  area.deadlines.Set(call.alarm, due);
}

void WaitIsDue(Area& area, Call& call) {
  if (call.away()) return TurnIsDue(area, call);
  if (call.queue == nullptr) return Release(area, call, EndCause::kSystemFailure);
  const QueueConfig& rules = *call.queue->config;
  if (area.now >= call.since() + rules.max_wait) {
    return Release(area, call, EndCause::kQueueTimeout);
  }
  if (area.now >= call.alone_since + rules.no_seat_wait) {
    return Release(area, call, EndCause::kNoAgent);
  }
  if (call.held_for != nullptr && area.now >= call.hold_until) return EndHold(area, call);
  if (call.held_for == nullptr) WidenInLine(area, call);
  area.matcher.LookAgain(call);
  MayOfferCallback(area, call);
  PlanWait(area, call);
}

void EndHold(Area& area, Call& call) {
  area.matcher.EndHold(call);
  NoteHoldOver(area, call);
  WidenInLine(area, call);
  PlanWait(area, call);
}

void SetHeld(Area& area, Call& call, bool held) {
  const CallState from = held ? CallState::kConnected : CallState::kHeld;
  if (call.state != from) return;
  call.state = held ? CallState::kHeld : CallState::kConnected;
  call.state_time = area.now;
  TellCall(area, call);
}

void Release(Area& area, Call& call, EndCause cause) {
  StopWaiting(area, call);
  area.deadlines.Set(call.alarm, absl::InfiniteFuture());
  call.state = CallState::kEnded;
  call.state_time = area.now;
  call.release_cause = cause;
  NoteReleased(area, call);
  area.actions.push_back(ReleaseCall{call.node->node, call.request.call, cause});
  TellCall(area, call);
}

}  // namespace hotline::router
