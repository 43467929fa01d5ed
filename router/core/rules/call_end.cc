// How calls end: the facts of the call service and of the router are put together, exactly one
// result follows, and the call is forgotten.
#include <algorithm>
#include <utility>

#include "router/core/rules/call_back.h"
#include "router/core/rules/call_life.h"
#include "router/core/rules/lessons.h"
#include "router/core/rules/offers.h"

namespace hotline::router {
namespace {

/// The router's knowledge fills what the call service's facts leave open.
CallFacts Complete(CallFacts facts, const Call& call) {
  if (!facts.request_time) facts.request_time = call.request.request_time;
  if (!facts.answer_time) facts.answer_time = call.answer_time;
  // Booked is booked, whoever hung up first.
  if (call.state == CallState::kEnded && call.release_cause == EndCause::kCallbackBooked) {
    facts.cause = EndCause::kCallbackBooked;
  }
  return facts;
}

TelephonyResult ResultOfFacts(CallFacts facts, const ResultLimits& limits) {
  // Who has been answered was not refused.
  if (facts.answer_time && facts.cause == EndCause::kRestricted) {
    facts.cause = EndCause::kTargetHungUp;
  }
  return ResultOf(facts, limits);
}

/// Ends the call's part in every table, and tells and counts its outcome.
void Conclude(Area& area, Call& call, CallFacts facts, std::optional<Target> answered_by,
              std::string record) {
  if (facts.answer_time && !call.answer_time) {
    if (!answered_by) answered_by = TargetOf(call);
    CountAnswer(area, call, *facts.answer_time, std::move(answered_by));
  }
  if (!call.answer_time) {
    LearnLost(area, call, facts.end_time, facts.cause == EndCause::kCallerHungUp);
  }
  StopWaiting(area, call);
  FreeTarget(area, call);
  if (call.callback) {
    const bool talked = call.answer_time.has_value();
    const bool left = !talked && facts.cause == EndCause::kCallerHungUp;
    return EndCallback(area, call,
                       talked ? CallbackResult::kTalked
                       : left ? CallbackResult::kAbandoned
                              : CallbackResult::kFailed,
                       std::move(record));
  }
  if (call.counted) {
    const TelephonyResult result = ResultOfFacts(facts, area.config.limits);
    const bool answered = call.answer_time.has_value();
    area.stats.Ended(
        {.arrive_time = call.request.arrive_time,
         .offered = true,
         .answered = answered,
         .in_target = answered && IsInTarget(area, call.request.request_time, *call.answer_time)},
        result);
    area.actions.push_back(
        CallOutcome{call.request, facts, call.answered_by, result, std::move(record)});
    area.ended.Add(call.request.call);
  } else {
    call.state = CallState::kEnded;
    TellCall(area, call);
  }
  area.matcher.Drop(call);
  area.calls.erase(call.request.call);
}

/// A call that ended without having asked, or that asked while no router heard it.
void ConcludeUnknown(Area& area, const CallEnded& ended) {
  CallRequest request = ended.request;
  CallFacts facts = ended.facts;
  facts.end_time = std::min(facts.end_time, area.now);
  if (request.arrive_time <= absl::UnixEpoch()) {
    request.arrive_time = facts.request_time.value_or(facts.end_time);
  }
  if (facts.answer_time && !facts.request_time) facts.request_time = request.arrive_time;
  const TelephonyResult result = ResultOfFacts(facts, area.config.limits);
  const bool answered = IsRequested(result) && facts.answer_time.has_value();
  if (answered) {
    area.stats.Answered(request.arrive_time,
                        ended.answered_by ? ended.answered_by->kind : TargetKind::kSeat,
                        std::max(*facts.answer_time - *facts.request_time, absl::ZeroDuration()),
                        result == TelephonyResult::kT01);
  }
  area.stats.Ended({.arrive_time = request.arrive_time,
                    .offered = false,
                    .answered = answered,
                    .in_target = result == TelephonyResult::kT01},
                   result);
  area.ended.Add(request.call);
  area.actions.push_back(
      CallOutcome{std::move(request), facts, ended.answered_by, result, ended.record});
}

}  // namespace

void CallHasEnded(Area& area, NodeEntry& node, const CallEnded& ended) {
  if (!ended.request.call) return;
  if (Call* call = area.FindCall(ended.request.call)) {
    // A call of another call service is that one's to end.
    if (call->node != &node) return;
    if (call->away())
      return CallerHasFailed(area, *call);  // the seat hung up before the caller came
    CallFacts facts = Complete(ended.facts, *call);
    facts.end_time = std::min(facts.end_time, area.now);  // their clock may be ahead
    Conclude(area, *call, facts, ended.answered_by, ended.record);
  } else if (!area.ended.Contains(ended.request.call)) {
    ConcludeUnknown(area, ended);
  }
}

void CallIsLost(Area& area, Call& call) {
  if (call.away()) return AttemptIsLost(area, call);
  const CallFacts facts{
      .request_time = call.request.request_time,
      .answer_time = call.answer_time,
      .end_time = area.now,
      .ringing = call.state == CallState::kOffered,
      .cause = call.state == CallState::kEnded ? call.release_cause : EndCause::kSystemFailure};
  Conclude(area, call, facts, call.answered_by, {});
}

}  // namespace hotline::router
