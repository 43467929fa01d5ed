#include "router/core/rules/call_back.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "router/core/explain/explain.h"
#include "router/core/rules/call_life.h"
#include "router/core/rules/offers.h"
#include "router/core/rules/seat_life.h"
#include "services/base/check.h"

namespace hotline::router {
namespace {

/// Not asked yet, and may be.
bool MayBeAsked(const Call& call) {
  return call.queue->config->callback.offered && call.node != nullptr && call.node->calls_back &&
         !call.callback_offered && !call.callback && call.priority != Priority::kP0;
}

CallbackRefusal RefusalOf(const Area& area, const NodeEntry& node, const Call* origin,
                          const CallbackRequest& request) {
  if (origin == nullptr || origin->node != &node || origin->callback ||
      origin->state != CallState::kQueued || origin->priority == Priority::kP0) {
    return CallbackRefusal::kNotWaiting;
  }
  if (origin->queue == nullptr || !origin->queue->config->callback.offered || !node.calls_back) {
    return CallbackRefusal::kNotOffered;
  }
  if (!request.voice) return CallbackRefusal::kText;
  if (area.callbacks.contains(request.matter) || area.ended.Contains(request.callback)) {
    return CallbackRefusal::kTwice;
  }
  if (origin->queue->callbacks >= origin->queue->config->callback.max_booked) {
    return CallbackRefusal::kFull;
  }
  return CallbackRefusal::kNone;
}

/// Stays where it is as long as that call service is there.
void FindHome(Area& area, Call& call) {
  if (call.node != nullptr && call.node->attached && call.node->calls_back) return;
  for (const auto& [name, node] : area.nodes) {
    if (!node->attached || !node->calls_back) continue;
    call.node = node.get();
    return;
  }
}

bool HasHome(const Call& call) {
  return call.node != nullptr && call.node->attached && call.node->calls_back;
}

std::vector<Call*> AwayCalls(const Area& area) {
  std::vector<Call*> away;
  for (const auto& [matter, call] : area.callbacks) {
    if (call->away()) away.push_back(call);
  }
  return away;
}

void AddCallback(Area& area, NodeEntry& node, const Call& origin, const CallbackRequest& asked) {
  auto& slot = area.calls[asked.callback];
  HOTLINE_CHECK(slot == nullptr, "a call-back is entered twice");
  CallRequest request = origin.request;
  request.call = asked.callback;
  slot = std::make_unique<Call>(std::move(request));
  Call& call = *slot;
  call.node = &node;
  call.counted = false;  // the call that waited is counted, as T09
  call.callback =
      Callback{.asked = asked, .keep_until = area.now + origin.queue->config->callback.keep};
  const size_t rings = origin.queue->config->rings.size();
  call.ring = rings == 0 ? 0 : static_cast<uint32_t>(rings - 1);
  EnterQueue(area, call);
  ++call.queue->callbacks;
  area.callbacks.emplace(asked.matter, &call);
  NoteCallback(area, call, DecisionKind::kBooked);
  BeginWaiting(area, call);
}

}  // namespace

absl::Time CallbackOfferTime(const Area& area, const Call& call) {
  if (!MayBeAsked(call)) return absl::InfiniteFuture();
  const absl::Time due = call.request.request_time + call.queue->config->callback.offer_after;
  return due > area.now ? due : absl::InfiniteFuture();
}

void MayOfferCallback(Area& area, Call& call) {
  if (!MayBeAsked(call) || !area.control.calls_back()) return;
  if (area.now < call.request.request_time + call.queue->config->callback.offer_after) return;
  call.callback_offered = true;
  NoteCallback(area, call, DecisionKind::kCallbackOffered);
  area.actions.push_back(OfferCallback{call.node->node, call.request.call});
}

void OfferCallbacks(Area& area) {
  if (!area.control.calls_back()) return;
  for (const auto& [id, queue] : area.queues) {
    if (!queue->config->callback.offered) continue;
    for (const AgePlace& place : queue->by_age) {
      if (place.call->matching) MayOfferCallback(area, *place.call);
    }
  }
}

void AskCallback(Area& area, NodeEntry& node, const CallbackRequest& request) {
  const Call* known = area.FindCall(request.callback);
  if (!request.callback || (known != nullptr && !known->callback)) return;
  const auto answer = [&](CallbackRefusal refusal) {
    area.actions.push_back(CallbackAnswer{node.node, request.origin, request.callback, refusal});
  };
  if (known != nullptr) return answer(CallbackRefusal::kNone);
  Call* origin = area.FindCall(request.origin);
  const CallbackRefusal refusal = RefusalOf(area, node, origin, request);
  answer(refusal);
  if (refusal != CallbackRefusal::kNone) return;
  AddCallback(area, node, *origin, request);
  Release(area, *origin, EndCause::kCallbackBooked);
}

void CancelCallback(Area& area, Call& call) {
  if (call.state == CallState::kOffered || call.state == CallState::kDialling) {
    area.actions.push_back(EndAttempt{call.node->node, call.request.call});
    FreeTarget(area, call);
  }
  EndCallback(area, call, CallbackResult::kCancelled);
}

void AwaitTurn(Area& area, Call& call) {
  Callback& back = *call.callback;
  if (call.queue == nullptr) return area.deadlines.Set(call.alarm, area.now);
  FindHome(area, call);
  const WeeklyHours& hours = call.queue->config->callback.hours;
  const bool open = back.asked.any_hour || hours.IsOpen(area.now);
  absl::Time due = back.keep_until;
  if (!back.asked.any_hour) due = std::min(due, hours.NextChange(area.now));
  if (back.not_before > area.now) {
    due = std::min(due, back.not_before);
  } else if (open && HasHome(call)) {
    area.matcher.AddWaiting(call);
  }
  area.deadlines.Set(call.alarm, std::max(due, area.now));
}

void LeaveTurn(Area& area, Call& call) {
  area.matcher.RemoveWaiting(call);
  area.deadlines.Set(call.alarm, absl::InfiniteFuture());
}

void TurnIsDue(Area& area, Call& call) {
  LeaveTurn(area, call);
  if (call.queue == nullptr) return EndCallback(area, call, CallbackResult::kFailed);
  if (area.now >= call.callback->keep_until) {
    return EndCallback(area, call, CallbackResult::kExpired);
  }
  AwaitTurn(area, call);
}

void SeatAwaitsCaller(Area& area, Call& call) {
  if (call.queue != nullptr) --call.queue->offered;
  Dial(area, call);
  SeatConnected(area, *call.seat, call);
}

void Dial(Area& area, Call& call) {
  Callback& back = *call.callback;
  ++back.attempts;
  NoteCallback(area, call, DecisionKind::kDialled);
  call.state = CallState::kDialling;
  call.state_time = area.now;
  const absl::Duration patience = call.queue == nullptr ? CallbackRules().dial_timeout
                                                        : call.queue->config->callback.dial_timeout;
  call.offer_expire = area.now + patience;
  area.deadlines.Set(call.alarm, call.offer_expire);
  area.actions.push_back(DialCaller{call.node->node, call.request.call, back.asked.origin,
                                    back.asked.contact, call.offer_expire});
  TellCall(area, call);
}

void CallerHasAnswered(Area& area, Call& call) {
  if (!call.away() || call.state != CallState::kDialling) return;
  call.callback->live_since = area.now;
  call.offer_expire = absl::InfiniteFuture();
  area.deadlines.Set(call.alarm, absl::InfiniteFuture());
  if (call.queue == nullptr) {
    FreeTarget(area, call);
    return Release(area, call, EndCause::kSystemFailure);
  }
  if (call.seat->state == SeatState::kOffered) {  // caller first: now the seat that was held rings
    const QueueConfig& rules = *call.queue->config;
    return Offer(area, call, rules.answer_timeout, call.seat->profile.extension, Overtake::kNone);
  }
  call.state = CallState::kConnected;
  call.state_time = area.now;
  ++call.queue->connected;
  CountAnswer(area, call, area.now, TargetOf(call));
  TellCall(area, call);
}

void CallerHasFailed(Area& area, Call& call) {
  if (!call.away() || call.state == CallState::kQueued) return;
  const bool dialled = call.state == CallState::kDialling;
  if (dialled) NoteCallback(area, call, DecisionKind::kNotReached);
  FreeTarget(area, call);
  if (!dialled) return BeginWaiting(area, call);
  Callback& back = *call.callback;
  if (back.attempts >= kRetryPlan.size()) {
    return EndCallback(area, call, CallbackResult::kNotReached);
  }
  back.not_before = area.now + kRetryPlan[back.attempts];
  BeginWaiting(area, call);
}

void DialExpired(Area& area, Call& call) {
  area.actions.push_back(EndAttempt{call.node->node, call.request.call});
  CallerHasFailed(area, call);
}

void EndCallback(Area& area, Call& call, CallbackResult result, std::string record) {
  StopWaiting(area, call);
  area.deadlines.Set(call.alarm, absl::InfiniteFuture());
  const Callback& back = *call.callback;
  // The call that waited was neither connected nor lost: this is its end.
  if (result != CallbackResult::kCancelled) {
    area.control.Finished(result == CallbackResult::kTalked);
  }
  NoteCallback(area, call, DecisionKind::kCallbackOver, result);
  call.state = CallState::kEnded;
  TellCall(area, call);
  area.actions.push_back(CallbackOutcome{call.request.call, back.asked.origin, result,
                                         back.attempts, call.answered_by, std::move(record)});
  if (call.queue != nullptr) --call.queue->callbacks;
  area.callbacks.erase(back.asked.matter);
  area.ended.Add(call.request.call);
  area.matcher.Drop(call);
  area.calls.erase(CallId(call.request.call));
}

void AttemptIsLost(Area& area, Call& call) {
  if (call.state == CallState::kQueued) return;
  FreeTarget(area, call);
  BeginWaiting(area, call);
}

bool CorrectCallback(Area& area, Call& call, CallState announced) {
  if (!call.away()) return true;
  switch (announced) {
    case CallState::kOffered:
      return true;
    case CallState::kDialling:
      if (call.state == CallState::kDialling) return false;
      area.actions.push_back(EndAttempt{call.node->node, call.request.call});
      AttemptIsLost(area, call);
      return false;
    default:
      break;
  }
  // The caller is on the line after all.
  if (call.state == CallState::kQueued) LeaveTurn(area, call);
  if (call.state == CallState::kDialling) {
    FreeTarget(area, call);
    call.state = CallState::kQueued;
  }
  call.callback->live_since = area.now;
  return true;
}

void HouseCallbacks(Area& area) {
  for (Call* call : AwayCalls(area)) {
    if (call->state != CallState::kQueued) continue;
    LeaveTurn(area, *call);
    AwaitTurn(area, *call);
  }
}

void EvictCallbacks(Area& area, const NodeEntry& node) {
  for (Call* call : AwayCalls(area)) {
    if (call->node != &node) continue;
    HOTLINE_CHECK(call->state == CallState::kQueued, "a lost call service has an attempt");
    call->node = nullptr;
  }
}

}  // namespace hotline::router
