#include "router/service/convert/explanations.h"

#include <string>

#include "router/service/convert/calls.h"
#include "services/base/ids.h"
#include "services/runtime/proto_time.h"

namespace hotline::router {
namespace {

std::string ReasonOf(const Decision& d) {
  if (d.kind == DecisionKind::kOfferOver) return std::string(FormatOfferFailure(d.failure));
  if (d.kind == DecisionKind::kReleased) return std::string(FormatEndCause(d.cause));
  if (d.kind == DecisionKind::kCallbackOver) return std::string(FormatCallbackResult(d.result));
  return {};
}

}  // namespace

v1::Candidates ToProto(const Candidates& candidates) {
  v1::Candidates out;
  for (const Candidate& row : candidates.rows) {
    v1::Candidate* to = out.add_rows();
    *to->mutable_target() = ToProto(row.target);
    to->set_exclusion(static_cast<v1::Exclusion>(row.why));  // same numbers
    if (row.target.kind == TargetKind::kSeat) {
      // The proto's states are the core's in the same order, after "unspecified".
      to->set_seat_state(static_cast<v1::Seat::State>(static_cast<int>(row.state) + 1));
      to->set_ring(row.ring);
      to->set_order_key(row.key);
    }
    if (row.state == SeatState::kReady) *to->mutable_ready_for() = ToProto(row.ready_for);
    to->set_text(FormatCandidate(row));
  }
  out.set_left_off(candidates.left_off);
  out.set_unseen(candidates.unseen);
  return out;
}

v1::Decision ToProto(const Decision& d) {
  v1::Decision out;
  *out.mutable_time() = ToProto(d.time);
  // In the same order, after "unspecified".
  out.set_kind(static_cast<v1::Decision::Kind>(static_cast<int>(d.kind) + 1));
  if (d.target) *out.mutable_target() = ToProto(*d.target);
  out.set_text(FormatDecision(d));
  if (d.kind == DecisionKind::kOffered) out.set_overtake(std::string(FormatOvertake(d.overtake)));
  out.set_reason(ReasonOf(d));
  *out.mutable_waited() = ToProto(d.waited);
  out.set_priority(static_cast<v1::Priority>(v1::PRIORITY_P0 + static_cast<int>(d.priority)));
  out.set_ring(d.ring);
  out.set_others_ready(d.others_ready);
  out.set_next_seat(d.next_seat);
  out.set_others_waiting(d.others_waiting);
  out.set_in_reach(d.in_reach);
  out.set_capped(d.capped);
  out.set_score(d.score);
  if (d.expected_wait > absl::ZeroDuration()) {
    *out.mutable_expected_wait() = ToProto(d.expected_wait);
  }
  if (d.candidates) *out.mutable_candidates() = ToProto(*d.candidates);
  return out;
}

v1::ExplainCallResponse ToProto(const Explanation& explanation) {
  v1::ExplainCallResponse out;
  out.set_call_id(FormatCallId(explanation.call));
  out.set_policy_version(explanation.policy_version);
  out.set_live(explanation.live);
  for (const Decision& d : explanation.decisions) *out.add_decisions() = ToProto(d);
  if (explanation.candidates) *out.mutable_candidates() = ToProto(*explanation.candidates);
  return out;
}

}  // namespace hotline::router
