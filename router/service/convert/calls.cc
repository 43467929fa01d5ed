#include "router/service/convert/calls.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/base/ids.h"

namespace hotline::router {
namespace {

CallState FromState(v1::Call::State state) {
  switch (state) {
    case v1::Call::STATE_OFFERED:
      return CallState::kOffered;
    case v1::Call::STATE_CONNECTED:
      return CallState::kConnected;
    case v1::Call::STATE_HELD:
      return CallState::kHeld;
    case v1::Call::STATE_DIALLING:
      return CallState::kDialling;
    default:
      return CallState::kQueued;
  }
}

/// Nothing if the target is absent or of no kind.
std::optional<Target> FromTarget(const v1::Target& target) {
  if (target.kind() == v1::TARGET_KIND_SEAT) return Target{TargetKind::kSeat, target.id()};
  if (target.kind() == v1::TARGET_KIND_STATION) return Target{TargetKind::kStation, target.id()};
  return std::nullopt;
}

}  // namespace

v1::LegEnd ToLegEnd(OfferFailure why) {
  switch (why) {
    case OfferFailure::kNoAnswer:
      return v1::LEG_END_NO_ANSWER;
    case OfferFailure::kDeclined:
      return v1::LEG_END_DECLINED;
    case OfferFailure::kUnreachable:
      return v1::LEG_END_UNREACHABLE;
    case OfferFailure::kCancelled:
      return v1::LEG_END_CANCELLED;
    case OfferFailure::kFailed:
      return v1::LEG_END_FAILED;
  }
  return v1::LEG_END_FAILED;
}

OfferFailure FromLegEnd(v1::LegEnd end) {
  switch (end) {
    case v1::LEG_END_NO_ANSWER:
      return OfferFailure::kNoAnswer;
    case v1::LEG_END_DECLINED:
      return OfferFailure::kDeclined;
    case v1::LEG_END_UNREACHABLE:
      return OfferFailure::kUnreachable;
    case v1::LEG_END_CANCELLED:
      return OfferFailure::kCancelled;
    default:
      return OfferFailure::kFailed;
  }
}

v1::Call::State ToState(CallState state) {
  switch (state) {
    case CallState::kQueued:
      return v1::Call::STATE_QUEUED;
    case CallState::kOffered:
      return v1::Call::STATE_OFFERED;
    case CallState::kConnected:
      return v1::Call::STATE_CONNECTED;
    case CallState::kHeld:
      return v1::Call::STATE_HELD;
    case CallState::kDialling:
      return v1::Call::STATE_DIALLING;
    case CallState::kEnded:
      return v1::Call::STATE_UNSPECIFIED;
  }
  return v1::Call::STATE_UNSPECIFIED;
}

v1::SkillLevel ToProto(const SkillLevel& s) {
  v1::SkillLevel out;
  out.set_skill(s.skill);
  out.set_level(s.level);
  return out;
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
  for (const auto& s : request.skills) *out.add_skills() = ToProto(s);
  if (request.has_priority) {
    out.set_priority(
        static_cast<v1::Priority>(v1::PRIORITY_P0 + static_cast<int>(request.priority)));
  }
  *out.mutable_arrive_time() = ToProto(request.arrive_time);
  *out.mutable_request_time() = ToProto(request.request_time);
  out.set_entry(request.entry);
  for (const auto& who : request.barred) out.add_barred(who);
  out.set_clearance(request.clearance);
  out.set_preferred_agent(request.preferred_agent);
  return out;
}

v1::LiveCall ToProto(const LiveCall& call) {
  v1::LiveCall out;
  *out.mutable_request() = ToProto(call.request);
  out.set_state(ToState(call.state));
  if (call.target) *out.mutable_target() = ToProto(*call.target);
  out.set_offer_id(call.offer.value);
  if (call.answer_time) *out.mutable_answer_time() = ToProto(*call.answer_time);
  return out;
}

absl::StatusOr<CallId> FromCallId(const std::string& text) {
  const auto id = ParseCallId(text);
  if (!id) return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no call id"));
  return *id;
}

absl::StatusOr<CallRequest> FromRequest(const v1::CallRequest& in) {
  const auto id = FromCallId(in.call_id());
  if (!id.ok()) return id.status();
  CallRequest out{.call = *id, .queue = in.queue(), .entry = in.entry()};
  for (const auto& s : in.skills()) out.skills.push_back({s.skill(), s.level()});
  std::sort(out.skills.begin(), out.skills.end());
  if (in.priority() >= v1::PRIORITY_P0 && in.priority() <= v1::PRIORITY_P3) {
    out.has_priority = true;
    out.priority = static_cast<Priority>(in.priority() - v1::PRIORITY_P0);
  }
  // None is left off: a bar that is forgotten is broken.
  const auto too_long = [](const std::string& who) {
    return who.size() > kMaxBarredBytes;
  };
  if (static_cast<size_t>(in.barred_size()) > kMaxBarred || too_long(in.preferred_agent()) ||
      std::any_of(in.barred().begin(), in.barred().end(), too_long)) {
    return absl::InvalidArgumentError(absl::StrCat("call ", in.call_id(), " bars more than ",
                                                   kMaxBarred, " or names one in more than ",
                                                   kMaxBarredBytes, " bytes"));
  }
  out.barred.assign(in.barred().begin(), in.barred().end());
  out.clearance = in.clearance();
  out.preferred_agent = in.preferred_agent();
  out.arrive_time = FromProto(in.arrive_time());
  out.request_time = FromProto(in.request_time());
  return out;
}

absl::StatusOr<CallEnded> FromRecord(const v1::CallRecord& in) {
  auto request = FromRequest(in.request());
  if (!request.ok()) return request.status();
  CallEnded out{.request = *std::move(request), .answered_by = FromTarget(in.answered_by())};
  if (in.request().has_request_time()) out.facts.request_time = out.request.request_time;
  if (in.has_answer_time()) out.facts.answer_time = FromProto(in.answer_time());
  out.facts.end_time = FromProto(in.end_time());
  out.facts.ringing = in.ringing();
  const bool known =
      in.cause() >= v1::END_CAUSE_CALLER_HUNG_UP && in.cause() <= v1::END_CAUSE_CALLBACK_BOOKED;
  out.facts.cause = known ? static_cast<EndCause>(in.cause()) : EndCause::kSystemFailure;
  out.record = in.SerializeAsString();
  return out;
}

absl::StatusOr<LiveCall> FromLive(const v1::LiveCall& in) {
  auto request = FromRequest(in.request());
  if (!request.ok()) return request.status();
  LiveCall out{.request = *std::move(request),
               .state = FromState(in.state()),
               .target = FromTarget(in.target()),
               .offer = OfferId{in.offer_id()}};
  if (in.has_answer_time()) out.answer_time = FromProto(in.answer_time());
  return out;
}

v1::CallRecord ToRecord(const CallOutcome& outcome) {
  v1::CallRecord out;
  if (outcome.record.empty() || !out.ParseFromString(outcome.record)) {
    *out.mutable_request() = ToProto(outcome.request);
    if (!outcome.facts.request_time) out.mutable_request()->clear_request_time();
    if (outcome.facts.answer_time) *out.mutable_answer_time() = ToProto(*outcome.facts.answer_time);
    if (outcome.answered_by) *out.mutable_answered_by() = ToProto(*outcome.answered_by);
    out.set_ringing(outcome.facts.ringing);
    *out.mutable_end_time() = ToProto(outcome.facts.end_time);
    out.set_cause(static_cast<v1::EndCause>(outcome.facts.cause));
  }
  out.set_result(static_cast<v1::TelephonyResult>(outcome.result));
  return out;
}

v1::AttachResponse ToMessage(const MakeOffer& offer) {
  v1::AttachResponse out;
  out.mutable_offer()->set_call_id(FormatCallId(offer.call));
  out.mutable_offer()->set_offer_id(offer.offer.value);
  *out.mutable_offer()->mutable_target() = ToProto(offer.target);
  out.mutable_offer()->set_extension(offer.extension);
  *out.mutable_offer()->mutable_expire_time() = ToProto(offer.expire_time);
  out.mutable_offer()->set_callback(offer.callback);
  return out;
}

v1::AttachResponse ToMessage(const WithdrawOffer& withdrawal) {
  v1::AttachResponse out;
  out.mutable_withdrawal()->set_call_id(FormatCallId(withdrawal.call));
  out.mutable_withdrawal()->set_offer_id(withdrawal.offer.value);
  out.mutable_withdrawal()->set_reason(ToLegEnd(withdrawal.why));
  return out;
}

v1::AttachResponse ToMessage(const OfferCallback& offer) {
  v1::AttachResponse out;
  out.mutable_callback_offer()->set_call_id(FormatCallId(offer.call));
  return out;
}

v1::AttachResponse ToMessage(const CallbackAnswer& answer) {
  v1::AttachResponse out;
  out.mutable_callback_answer()->set_callback_id(FormatCallId(answer.callback));
  out.mutable_callback_answer()->set_origin_id(FormatCallId(answer.origin));
  if (answer.refusal != CallbackRefusal::kNone) {
    out.mutable_callback_answer()->set_refusal(std::string(FormatCallbackRefusal(answer.refusal)));
  }
  return out;
}

v1::AttachResponse ToMessage(const DialCaller& dial) {
  v1::AttachResponse out;
  out.mutable_dial()->set_call_id(FormatCallId(dial.call));
  out.mutable_dial()->set_origin_id(FormatCallId(dial.origin));
  out.mutable_dial()->set_contact(dial.contact);
  *out.mutable_dial()->mutable_expire_time() = ToProto(dial.expire_time);
  return out;
}

v1::AttachResponse ToMessage(const EndAttempt& end) {
  v1::AttachResponse out;
  out.mutable_attempt_end()->set_call_id(FormatCallId(end.call));
  return out;
}

v1::AttachResponse ToMessage(const ReleaseCall& release) {
  v1::AttachResponse out;
  out.mutable_release()->set_call_id(FormatCallId(release.call));
  out.mutable_release()->set_cause(static_cast<v1::EndCause>(release.cause));
  return out;
}

}  // namespace hotline::router
