#include "router/core/explain/decision.h"

#include "absl/strings/str_cat.h"

namespace hotline::router {
namespace {

std::string Text(std::string_view text) {
  return std::string(text);
}

std::string Seconds(absl::Duration span) {
  return absl::StrCat(absl::ToInt64Seconds(span), "s");
}

/// "s2: first of 3 ready, then s4".
std::string Choice(const Decision& d) {
  std::string text = absl::StrCat(d.target->id, " after ", Seconds(d.waited));
  if (d.target->kind == TargetKind::kStation) return text;
  if (d.others_ready == 0) return absl::StrCat(text, ", the only one ready");
  return absl::StrCat(text, ", first of ", d.others_ready + 1, " ready, then ", d.next_seat);
}

}  // namespace

std::string_view FormatDecisionKind(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::kWaits:
      return "waits";
    case DecisionKind::kHeld:
      return "held";
    case DecisionKind::kHoldOver:
      return "hold over";
    case DecisionKind::kWidened:
      return "widened";
    case DecisionKind::kOffered:
      return "offered";
    case DecisionKind::kOfferOver:
      return "offer over";
    case DecisionKind::kReleased:
      return "released";
    case DecisionKind::kCallbackOffered:
      return "call-back offered";
    case DecisionKind::kBooked:
      return "call-back booked";
    case DecisionKind::kDialled:
      return "dialled";
    case DecisionKind::kNotReached:
      return "not reached";
    case DecisionKind::kCallbackOver:
      return "call-back over";
  }
  return "?";
}

std::string_view FormatExclusion(Exclusion why) {
  switch (why) {
    case Exclusion::kNone:
      return "";
    case Exclusion::kConflict:
      return "conflict of interest";
    case Exclusion::kClearance:
      return "clearance too low";
    case Exclusion::kSuspended:
      return "suspended";
    case Exclusion::kOtherQueue:
      return "serves other queues";
    case Exclusion::kSkill:
      return "lacks a skill";
    case Exclusion::kRing:
      return "in a farther ring";
    case Exclusion::kState:
      return "is";
    case Exclusion::kReserved:
      return "kept for urgent calls";
    case Exclusion::kHeld:
      return "the call is held for another";
    case Exclusion::kClosed:
      return "closed";
    case Exclusion::kFull:
      return "no line free";
    case Exclusion::kRests:
      return "was not reachable a moment ago";
    case Exclusion::kVisited:
      return "has failed this call";
    case Exclusion::kNotYet:
      return "not yet: seats first";
    case Exclusion::kNode:
      return "the call service is away";
    case Exclusion::kRestsBack:
      return "the call-back rests";
  }
  return "?";
}

std::string FormatDecision(const Decision& d) {
  std::string text = Text(FormatDecisionKind(d.kind));
  const std::string room = absl::StrCat(d.in_reach, d.in_reach == 1 ? " seat" : " seats",
                                        " in reach, ", d.others_waiting, " more waiting");
  switch (d.kind) {
    case DecisionKind::kWaits:
      absl::StrAppend(&text, ": ", room);
      if (d.expected_wait > absl::ZeroDuration()) {
        absl::StrAppend(&text, ", expected ", Seconds(d.expected_wait));
      }
      break;
    case DecisionKind::kHeld:
      absl::StrAppend(&text, " for ", d.target->id);
      break;
    case DecisionKind::kHoldOver:
      absl::StrAppend(&text, " after ", Seconds(d.waited));
      break;
    case DecisionKind::kWidened:
      absl::StrAppend(&text, " to ring ", d.ring + 1, " after ", Seconds(d.waited), ": ", room);
      break;
    case DecisionKind::kOffered:
      absl::StrAppend(&text, " to ", Choice(d));
      if (d.capped) absl::StrAppend(&text, ", beyond the hard cap");
      if (d.overtake != Overtake::kNone) {
        absl::StrAppend(&text, ", before older calls (", Text(FormatOvertake(d.overtake)), ")");
      }
      break;
    case DecisionKind::kOfferOver:
      absl::StrAppend(&text, " at ", d.target->id, ": ", Text(FormatOfferFailure(d.failure)));
      break;
    case DecisionKind::kReleased:
      absl::StrAppend(&text, " after ", Seconds(d.waited), ": ", Text(FormatEndCause(d.cause)));
      break;
    case DecisionKind::kCallbackOffered:
    case DecisionKind::kBooked:
      absl::StrAppend(&text, " after ", Seconds(d.waited));
      break;
    case DecisionKind::kDialled:
    case DecisionKind::kNotReached:
      absl::StrAppend(&text, " (attempt ", d.attempts, ")");
      break;
    case DecisionKind::kCallbackOver:
      absl::StrAppend(&text, ": ", Text(FormatCallbackResult(d.result)));
      break;
  }
  return text;
}

std::string FormatCandidate(const Candidate& c) {
  if (c.why == Exclusion::kNone && c.target.kind == TargetKind::kStation) {
    return absl::StrCat(c.target.id, ": could take it");
  }
  if (c.why == Exclusion::kNone) {
    return absl::StrCat(c.target.id, ": ready for ", Seconds(c.ready_for));
  }
  const std::string why = Text(FormatExclusion(c.why));
  const bool state = c.why == Exclusion::kState;
  return absl::StrCat(c.target.id, ": ", why, state ? " " : "",
                      state ? Text(FormatSeatState(c.state)) : "");
}

}  // namespace hotline::router
