#include "services/call/router/convert.h"

#include <cstdint>
#include <utility>

namespace hotline::call {
namespace {

namespace v1 = router::v1;
using call::ToProto;  // the overloads below would hide it

v1::Priority ToProto(std::optional<Priority> priority) {
  if (!priority) return v1::PRIORITY_UNSPECIFIED;
  return static_cast<v1::Priority>(static_cast<int>(*priority) + v1::PRIORITY_P0);
}

void Set(const std::optional<absl::Time>& time, google::protobuf::Timestamp* (*field)(v1::Leg*),
         v1::Leg* leg) {
  if (time) *field(leg) = ToProto(*time);
}

v1::Target ToProto(const Target& target) {
  v1::Target out;
  out.set_kind(target.kind == TargetKind::kSeat ? v1::TARGET_KIND_SEAT : v1::TARGET_KIND_STATION);
  out.set_id(target.id);
  return out;
}

v1::CallRequest ToProto(const CallRequest& request) {
  v1::CallRequest out;
  out.set_call_id(FormatCallId(request.call));
  out.set_queue(request.queue);
  out.set_priority(ToProto(request.priority));
  *out.mutable_arrive_time() = ToProto(request.arrive_time);
  if (request.request_time) *out.mutable_request_time() = ToProto(*request.request_time);
  out.set_entry(request.entry);
  for (const std::string& who : request.barred) out.add_barred(who);
  out.set_clearance(request.clearance);
  return out;
}

v1::LegEnd ToProto(LegEnd end) {
  return static_cast<v1::LegEnd>(end);
}  // same numbers

v1::Leg ToProto(const LegRecord& record) {
  v1::Leg out;
  if (record.target) *out.mutable_target() = ToProto(*record.target);
  Set(
      record.invite_time, [](v1::Leg* l) { return l->mutable_invite_time(); }, &out);
  Set(
      record.ring_time, [](v1::Leg* l) { return l->mutable_ring_time(); }, &out);
  Set(
      record.answer_time, [](v1::Leg* l) { return l->mutable_answer_time(); }, &out);
  Set(
      record.end_time, [](v1::Leg* l) { return l->mutable_end_time(); }, &out);
  out.set_end(ToProto(record.end));
  out.set_sip_status(record.sip_status);
  return out;
}

static_assert(static_cast<int>(EndCause::kRestricted) == v1::END_CAUSE_RESTRICTED);
static_assert(static_cast<int>(LegEnd::kFailed) == v1::LEG_END_FAILED);
static_assert(static_cast<int>(CallState::kHeld) == v1::Call::STATE_HELD);

template <class Body>
void Name(CallId call, OfferId offer, Body* body) {
  body->set_call_id(FormatCallId(call));
  body->set_offer_id(offer.value);
}

void Fill(const ReportQueued& r, v1::CallEvent& out) {
  *out.mutable_queued()->mutable_request() = ToProto(r.request);
}

void Fill(const ReportRinging& r, v1::CallEvent& out) {
  Name(r.call, r.offer, out.mutable_ringing());
}

void Fill(const ReportAnswered& r, v1::CallEvent& out) {
  Name(r.call, r.offer, out.mutable_answered());
}

void Fill(const ReportOfferFailed& r, v1::CallEvent& out) {
  Name(r.call, r.offer, out.mutable_offer_failed());
  out.mutable_offer_failed()->set_reason(ToProto(r.why));
}

void Fill(const ReportHeld& r, v1::CallEvent& out) {
  out.mutable_held()->set_call_id(FormatCallId(r.call));
  out.mutable_held()->set_held(r.held);
}

void Fill(const ReportEnded& r, v1::CallEvent& out) {
  *out.mutable_ended()->mutable_record() = ToProto(r.record);
}

std::optional<Event> ToEvent(const v1::Offer& offer) {
  const auto call = ParseCallId(offer.call_id());
  if (!call) return std::nullopt;
  const bool station = offer.target().kind() == v1::TARGET_KIND_STATION;
  return Offered{
      .call = *call,
      .offer = {offer.offer_id()},
      .target = {station ? TargetKind::kStation : TargetKind::kSeat, offer.target().id()},
      .extension = offer.extension(),
      .expire_time =
          offer.has_expire_time() ? FromProto(offer.expire_time()) : absl::InfiniteFuture()};
}

std::optional<Event> ToEvent(const v1::Withdrawal& withdrawal) {
  const auto call = ParseCallId(withdrawal.call_id());
  if (!call) return std::nullopt;
  const bool expired = withdrawal.reason() == v1::LEG_END_NO_ANSWER;
  return Withdrawn{
      *call, {withdrawal.offer_id()}, expired ? LegEnd::kNoAnswer : LegEnd::kCancelled};
}

std::optional<Event> ToEvent(const v1::Release& release) {
  const auto call = ParseCallId(release.call_id());
  if (!call) return std::nullopt;
  switch (release.cause()) {
    case v1::END_CAUSE_QUEUE_FULL:
      return Released{*call, EndCause::kQueueFull};
    case v1::END_CAUSE_NO_AGENT:
      return Released{*call, EndCause::kNoAgent};
    case v1::END_CAUSE_SYSTEM_FAILURE:
      return Released{*call, EndCause::kSystemFailure};
    default:
      return Released{*call, EndCause::kQueueTimeout};
  }
}

}  // namespace

v1::CallRecord ToProto(const CallRecord& record) {
  v1::CallRecord out;
  *out.mutable_request() = ToProto(record.request);
  if (record.answer_time) *out.mutable_answer_time() = ToProto(*record.answer_time);
  if (record.answered_by) *out.mutable_answered_by() = ToProto(*record.answered_by);
  out.set_ringing(record.ringing);
  *out.mutable_end_time() = ToProto(record.end_time);
  out.set_cause(static_cast<v1::EndCause>(record.cause));
  for (const LegRecord& leg : record.legs) *out.add_legs() = ToProto(leg);
  return out;
}

v1::LiveCall ToProto(const LiveCall& call) {
  v1::LiveCall out;
  *out.mutable_request() = ToProto(call.request);
  out.set_state(static_cast<v1::Call::State>(call.state));
  if (call.target) *out.mutable_target() = ToProto(*call.target);
  out.set_offer_id(call.offer.value);
  if (call.answer_time) *out.mutable_answer_time() = ToProto(*call.answer_time);
  return out;
}

v1::CallEvent ToProto(const Report& report) {
  v1::CallEvent event;
  std::visit([&event](const auto& r) { Fill(r, event); }, report);
  return event;
}

std::optional<Event> ToEvent(const v1::AttachResponse& response) {
  switch (response.body_case()) {
    case v1::AttachResponse::kOffer:
      return ToEvent(response.offer());
    case v1::AttachResponse::kWithdrawal:
      return ToEvent(response.withdrawal());
    case v1::AttachResponse::kRelease:
      return ToEvent(response.release());
    default:
      return std::nullopt;
  }
}

}  // namespace hotline::call
