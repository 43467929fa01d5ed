#include "router/service/convert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/base/ids.h"

namespace hotline::router {
namespace {

v1::SkillLevel ToSkill(const SkillLevel& s) {
  v1::SkillLevel out;
  out.set_skill(s.skill);
  out.set_level(s.level);
  return out;
}

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
    case CallState::kEnded:
      return v1::Call::STATE_UNSPECIFIED;
  }
  return v1::Call::STATE_UNSPECIFIED;
}

CallState FromState(v1::Call::State state) {
  switch (state) {
    case v1::Call::STATE_OFFERED:
      return CallState::kOffered;
    case v1::Call::STATE_CONNECTED:
      return CallState::kConnected;
    case v1::Call::STATE_HELD:
      return CallState::kHeld;
    default:
      return CallState::kQueued;
  }
}

absl::StatusOr<CallId> FromCallId(const std::string& text) {
  const auto id = ParseCallId(text);
  if (!id) return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no call id"));
  return *id;
}

/// Nothing if the target is absent or of no kind.
std::optional<Target> FromTarget(const v1::Target& target) {
  if (target.kind() == v1::TARGET_KIND_SEAT) return Target{TargetKind::kSeat, target.id()};
  if (target.kind() == v1::TARGET_KIND_STATION) return Target{TargetKind::kStation, target.id()};
  return std::nullopt;
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
      in.cause() >= v1::END_CAUSE_CALLER_HUNG_UP && in.cause() <= v1::END_CAUSE_RESTRICTED;
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

/// Ringing and Answered: a call and its offer.
template <class Out, class In>
absl::Status FromOfferStep(const In& in, NodeEvent& out) {
  const auto id = FromCallId(in.call_id());
  if (!id.ok()) return id.status();
  out.what = Out{*id, OfferId{in.offer_id()}};
  return absl::OkStatus();
}

absl::StatusOr<Event> FromNodeEvent(const v1::JournalEvent::NodeEvent& in) {
  NodeEvent out{.node = {in.node(), in.instance()}, .seq = in.event().seq()};
  const v1::CallEvent& event = in.event();
  switch (event.body_case()) {
    case v1::CallEvent::kQueued: {
      auto request = FromRequest(event.queued().request());
      if (!request.ok()) return request.status();
      out.what = CallQueued{*std::move(request)};
      break;
    }
    case v1::CallEvent::kRinging: {
      const auto status = FromOfferStep<OfferRinging>(event.ringing(), out);
      if (!status.ok()) return status;
      break;
    }
    case v1::CallEvent::kAnswered: {
      const auto status = FromOfferStep<OfferAnswered>(event.answered(), out);
      if (!status.ok()) return status;
      break;
    }
    case v1::CallEvent::kOfferFailed: {
      const auto id = FromCallId(event.offer_failed().call_id());
      if (!id.ok()) return id.status();
      out.what = OfferFailed{*id, OfferId{event.offer_failed().offer_id()},
                             FromLegEnd(event.offer_failed().reason())};
      break;
    }
    case v1::CallEvent::kHeld: {
      const auto id = FromCallId(event.held().call_id());
      if (!id.ok()) return id.status();
      out.what = CallHeld{*id, event.held().held()};
      break;
    }
    case v1::CallEvent::kEnded: {
      auto ended = FromRecord(event.ended().record());
      if (!ended.ok()) return ended.status();
      out.what = *std::move(ended);
      break;
    }
    case v1::CallEvent::BODY_NOT_SET:
      return absl::InvalidArgumentError("a call event says nothing");
  }
  return out;
}

absl::StatusOr<Event> FromAnnounced(const v1::JournalEvent::NodeAnnounced& in) {
  NodeAnnounced out{.node = {in.node(), in.instance()}, .last_seq = in.announcement().last_seq()};
  for (const auto& call : in.announcement().calls()) {
    auto live = FromLive(call);
    if (!live.ok()) return live.status();
    out.calls.push_back(*std::move(live));
  }
  for (const auto& record : in.announcement().ended()) {
    auto ended = FromRecord(record);
    if (!ended.ok()) return ended.status();
    out.ended.push_back(*std::move(ended));
  }
  return out;
}

Event FromSignIn(const v1::JournalEvent::SeatSignedIn& in) {
  SeatSignedIn out{.ready = in.ready(), .heartbeat_timeout = FromProto(in.heartbeat_timeout())};
  out.profile = {.seat = in.profile().seat_id(),
                 .agent = in.profile().agent(),
                 .extension = in.profile().extension(),
                 .queues = {in.profile().queues().begin(), in.profile().queues().end()}};
  for (const auto& s : in.profile().skills()) out.profile.skills.push_back({s.skill(), s.level()});
  return out;
}

/// Turns each kind of event into its journal form.
struct Journaller {
  v1::JournalEvent& out;

  void operator()(const SeatSignedIn& e) const {
    auto* in = out.mutable_seat_signed_in();
    in->mutable_profile()->set_seat_id(e.profile.seat);
    in->mutable_profile()->set_agent(e.profile.agent);
    in->mutable_profile()->set_extension(e.profile.extension);
    for (const auto& queue : e.profile.queues) in->mutable_profile()->add_queues(queue);
    for (const auto& s : e.profile.skills) *in->mutable_profile()->add_skills() = ToSkill(s);
    in->set_ready(e.ready);
    *in->mutable_heartbeat_timeout() = ToProto(e.heartbeat_timeout);
  }

  void operator()(const SeatSignedOut& e) const {
    out.mutable_seat_signed_out()->set_seat_id(e.seat);
  }

  void operator()(const SeatReady& e) const { out.mutable_seat_ready()->set_seat_id(e.seat); }

  void operator()(const SeatNotReady& e) const {
    out.mutable_seat_not_ready()->set_seat_id(e.seat);
    out.mutable_seat_not_ready()->set_reason(e.reason);
  }

  void operator()(const WrapUpExtended& e) const {
    out.mutable_wrap_up_extended()->set_seat_id(e.seat);
    *out.mutable_wrap_up_extended()->mutable_extension() = ToProto(e.extension);
  }

  void operator()(const SeatHeartbeat& e) const {
    out.mutable_seat_heartbeat()->set_seat_id(e.seat);
  }

  void operator()(const NodeEvent& e) const {
    auto* in = out.mutable_node_event();
    in->set_node(e.node.name);
    in->set_instance(e.node.instance);
    in->mutable_event()->set_seq(e.seq);
    std::visit([&](const auto& what) { Fill(*in->mutable_event(), what); }, e.what);
  }

  void operator()(const NodeAnnounced& e) const {
    auto* in = out.mutable_node_announced();
    in->set_node(e.node.name);
    in->set_instance(e.node.instance);
    in->mutable_announcement()->set_last_seq(e.last_seq);
    in->mutable_announcement()->set_complete(true);
    for (const auto& call : e.calls) *in->mutable_announcement()->add_calls() = ToProto(call);
    for (const auto& ended : e.ended)
      in->mutable_announcement()->add_ended()->ParseFromString(ended.record);
  }

  void operator()(const NodeDetached& e) const {
    out.mutable_node_detached()->set_node(e.node.name);
    out.mutable_node_detached()->set_instance(e.node.instance);
  }

  void operator()(const DrainSet& e) const { out.set_drain_set(e.draining); }

  void operator()(const EpochStarted& e) const { out.set_epoch_started(e.epoch); }

  void operator()(const Tick&) const { out.set_tick(true); }

  static void Fill(v1::CallEvent& out, const CallQueued& e) {
    *out.mutable_queued()->mutable_request() = ToProto(e.request);
  }

  static void Fill(v1::CallEvent& out, const OfferRinging& e) {
    out.mutable_ringing()->set_call_id(FormatCallId(e.call));
    out.mutable_ringing()->set_offer_id(e.offer.value);
  }

  static void Fill(v1::CallEvent& out, const OfferAnswered& e) {
    out.mutable_answered()->set_call_id(FormatCallId(e.call));
    out.mutable_answered()->set_offer_id(e.offer.value);
  }

  static void Fill(v1::CallEvent& out, const OfferFailed& e) {
    out.mutable_offer_failed()->set_call_id(FormatCallId(e.call));
    out.mutable_offer_failed()->set_offer_id(e.offer.value);
    out.mutable_offer_failed()->set_reason(ToLegEnd(e.why));
  }

  static void Fill(v1::CallEvent& out, const CallHeld& e) {
    out.mutable_held()->set_call_id(FormatCallId(e.call));
    out.mutable_held()->set_held(e.held);
  }

  static void Fill(v1::CallEvent& out, const CallEnded& e) {
    out.mutable_ended()->mutable_record()->ParseFromString(e.record);
  }
};

}  // namespace

google::protobuf::Timestamp ToProto(absl::Time t) {
  google::protobuf::Timestamp out;
  const int64_t seconds = absl::ToUnixSeconds(t);
  out.set_seconds(seconds);
  out.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(t - absl::FromUnixSeconds(seconds))));
  return out;
}

google::protobuf::Duration ToProto(absl::Duration d) {
  google::protobuf::Duration out;
  out.set_seconds(absl::IDivDuration(d, absl::Seconds(1), &d));
  out.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(d)));
  return out;
}

absl::Time FromProto(const google::protobuf::Timestamp& t) {
  return absl::FromUnixSeconds(t.seconds()) + absl::Nanoseconds(t.nanos());
}

absl::Duration FromProto(const google::protobuf::Duration& d) {
  return absl::Seconds(d.seconds()) + absl::Nanoseconds(d.nanos());
}

v1::JournalEvent ToJournal(const Event& event) {
  v1::JournalEvent out;
  std::visit(Journaller{out}, event);
  return out;
}

absl::StatusOr<Event> FromJournal(const v1::JournalEvent& in) {
  switch (in.body_case()) {
    case v1::JournalEvent::kSeatSignedIn:
      return FromSignIn(in.seat_signed_in());
    case v1::JournalEvent::kSeatSignedOut:
      return SeatSignedOut{in.seat_signed_out().seat_id()};
    case v1::JournalEvent::kSeatReady:
      return SeatReady{in.seat_ready().seat_id()};
    case v1::JournalEvent::kSeatNotReady:
      return SeatNotReady{in.seat_not_ready().seat_id(), in.seat_not_ready().reason()};
    case v1::JournalEvent::kWrapUpExtended:
      return WrapUpExtended{in.wrap_up_extended().seat_id(),
                            FromProto(in.wrap_up_extended().extension())};
    case v1::JournalEvent::kSeatHeartbeat:
      return SeatHeartbeat{in.seat_heartbeat().seat_id()};
    case v1::JournalEvent::kNodeEvent:
      return FromNodeEvent(in.node_event());
    case v1::JournalEvent::kNodeAnnounced:
      return FromAnnounced(in.node_announced());
    case v1::JournalEvent::kNodeDetached:
      return NodeDetached{{in.node_detached().node(), in.node_detached().instance()}};
    case v1::JournalEvent::kDrainSet:
      return DrainSet{in.drain_set()};
    case v1::JournalEvent::kEpochStarted:
      return EpochStarted{in.epoch_started()};
    case v1::JournalEvent::kTick:
      return Tick{};
    case v1::JournalEvent::BODY_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("an event of no known kind");
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
  for (const auto& s : request.skills) *out.add_skills() = ToSkill(s);
  if (request.has_priority) {
    out.set_priority(
        static_cast<v1::Priority>(v1::PRIORITY_P0 + static_cast<int>(request.priority)));
  }
  *out.mutable_arrive_time() = ToProto(request.arrive_time);
  *out.mutable_request_time() = ToProto(request.request_time);
  out.set_entry(request.entry);
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

v1::Seat ToProto(const SeatView& seat) {
  v1::Seat out;
  out.set_seat_id(seat.profile.seat);
  // The proto's states are the core's in the same order, after "unspecified".
  out.set_state(static_cast<v1::Seat::State>(static_cast<int>(seat.state) + 1));
  out.set_reason(seat.reason);
  *out.mutable_state_time() = ToProto(seat.state_time);
  if (seat.call) out.set_call_id(FormatCallId(seat.call));
  out.set_agent(seat.profile.agent);
  out.set_extension(seat.profile.extension);
  for (const auto& queue : seat.profile.queues) out.add_queues(queue);
  for (const auto& s : seat.profile.skills) *out.add_skills() = ToSkill(s);
  if (seat.wrap_up_end != absl::InfiniteFuture())
    *out.mutable_wrap_up_end_time() = ToProto(seat.wrap_up_end);
  out.set_answered(seat.answered);
  *out.mutable_talk() = ToProto(seat.talk);
  return out;
}

v1::Queue ToProto(const QueueView& queue) {
  v1::Queue out;
  out.set_queue_id(queue.id);
  out.set_waiting(queue.waiting);
  out.set_offered(queue.offered);
  out.set_connected(queue.connected);
  *out.mutable_longest_wait() = ToProto(queue.longest_wait);
  out.set_seats_signed_in(queue.seats_signed_in);
  out.set_seats_ready(queue.seats_ready);
  return out;
}

v1::Station ToProto(const StationView& station) {
  v1::Station out;
  out.set_station_id(station.id);
  out.set_level(station.level);
  out.set_extension(station.extension);
  out.set_open(station.open);
  out.set_capacity(station.capacity);
  out.set_busy(station.busy);
  return out;
}

v1::Call ToProto(const CallView& call, absl::Time now) {
  v1::Call out;
  *out.mutable_request() = ToProto(call.request);
  out.set_state(ToState(call.state));
  if (call.target) *out.mutable_target() = ToProto(*call.target);
  *out.mutable_state_time() = ToProto(call.state_time);
  *out.mutable_wait() = ToProto(call.answer_time.value_or(now) - call.request.request_time);
  out.set_offer_id(call.offer.value);
  return out;
}

v1::AreaStats ToProto(const AreaStats& s) {
  v1::AreaStats out;
  *out.mutable_start_time() = ToProto(s.start_time);
  out.set_offered(s.offered);
  out.set_answered(s.answered);
  out.set_escalated_answered(s.escalated_answered);
  out.set_abandoned(s.abandoned);
  out.set_failed(s.failed);
  out.set_open(s.open);
  out.set_not_requested(s.not_requested);
  const auto short_abandons = s.results[static_cast<int>(TelephonyResult::kT03) - 1];
  out.mutable_connect_rate_a()->set_numerator(s.connected());
  out.mutable_connect_rate_a()->set_denominator(s.requested());
  out.mutable_connect_rate_b()->set_numerator(s.connected());
  out.mutable_connect_rate_b()->set_denominator(s.requested() -
                                                std::min(short_abandons, s.requested()));
  out.mutable_answered_in_target()->set_numerator(s.answered_in_target);
  out.mutable_answered_in_target()->set_denominator(s.requested());
  for (const uint64_t count : s.results) out.add_results(count);
  if (s.connected() > 0)
    *out.mutable_mean_wait() = ToProto(s.total_wait / static_cast<int64_t>(s.connected()));
  *out.mutable_longest_wait() = ToProto(s.longest_wait);
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
  return out;
}

v1::AttachResponse ToMessage(const WithdrawOffer& withdrawal) {
  v1::AttachResponse out;
  out.mutable_withdrawal()->set_call_id(FormatCallId(withdrawal.call));
  out.mutable_withdrawal()->set_offer_id(withdrawal.offer.value);
  out.mutable_withdrawal()->set_reason(ToLegEnd(withdrawal.why));
  return out;
}

v1::AttachResponse ToMessage(const ReleaseCall& release) {
  v1::AttachResponse out;
  out.mutable_release()->set_call_id(FormatCallId(release.call));
  out.mutable_release()->set_cause(static_cast<v1::EndCause>(release.cause));
  return out;
}

}  // namespace hotline::router
