#include "router/service/convert/journal.h"

#include <utility>

#include "router/service/convert/calls.h"

namespace hotline::router {
namespace {

constexpr size_t kMaxCallbackText = 256;

/// Ringing and Answered: a call and its offer.
template <class Out, class In>
absl::Status FromOfferStep(const In& in, NodeEvent& out) {
  const auto id = FromCallId(in.call_id());
  if (!id.ok()) return id.status();
  out.what = Out{*id, OfferId{in.offer_id()}};
  return absl::OkStatus();
}

absl::StatusOr<CallbackAsked> FromCallbackAsked(const v1::CallEvent::CallbackAsked& in) {
  const auto callback = FromCallId(in.callback_id());
  if (!callback.ok()) return callback.status();
  const auto origin = FromCallId(in.origin_id());
  if (!origin.ok()) return origin.status();
  if (in.matter().empty() || in.matter().size() > kMaxCallbackText ||
      in.contact().size() > kMaxCallbackText) {
    return absl::InvalidArgumentError(
        "a call-back names its matter, and neither matter nor contact is longer than 256 bytes");
  }
  return CallbackAsked{{.callback = *callback,
                        .origin = *origin,
                        .matter = in.matter(),
                        .contact = in.contact(),
                        .voice = !in.text_only(),
                        .any_hour = in.any_hour()}};
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
    case v1::CallEvent::kCallbackAsked: {
      auto asked = FromCallbackAsked(event.callback_asked());
      if (!asked.ok()) return asked.status();
      out.what = *std::move(asked);
      break;
    }
    case v1::CallEvent::kCallerAnswered: {
      const auto id = FromCallId(event.caller_answered().call_id());
      if (!id.ok()) return id.status();
      out.what = CallerAnswered{*id};
      break;
    }
    case v1::CallEvent::kCallerFailed: {
      const auto id = FromCallId(event.caller_failed().call_id());
      if (!id.ok()) return id.status();
      out.what = CallerFailed{*id, FromLegEnd(event.caller_failed().reason())};
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
  NodeAnnounced out{.node = {in.node(), in.instance()},
                    .last_seq = in.announcement().last_seq(),
                    .calls_back = in.calls_back()};
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
  out.profile.group = in.profile().group();
  out.profile.provider = in.profile().provider();
  out.profile.clearance = in.profile().clearance();
  out.profile.suspended = in.profile().suspended();
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
    for (const auto& s : e.profile.skills) *in->mutable_profile()->add_skills() = ToProto(s);
    in->mutable_profile()->set_group(e.profile.group);
    in->mutable_profile()->set_provider(e.profile.provider);
    in->mutable_profile()->set_clearance(e.profile.clearance);
    in->mutable_profile()->set_suspended(e.profile.suspended);
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
    in->set_calls_back(e.calls_back);
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

  void operator()(const CallbackCancelled& e) const {
    out.set_callback_cancelled(FormatCallId(e.callback));
  }

  void operator()(const DrainSet& e) const { out.set_drain_set(e.draining); }

  void operator()(const ControlSet& e) const {
    out.set_control_set(static_cast<v1::ControlMode>(static_cast<int>(e.mode) + 1));
  }

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

  static void Fill(v1::CallEvent& out, const CallbackAsked& e) {
    auto* in = out.mutable_callback_asked();
    in->set_callback_id(FormatCallId(e.request.callback));
    in->set_origin_id(FormatCallId(e.request.origin));
    in->set_matter(e.request.matter);
    in->set_contact(e.request.contact);
    in->set_text_only(!e.request.voice);
    in->set_any_hour(e.request.any_hour);
  }

  static void Fill(v1::CallEvent& out, const CallerAnswered& e) {
    out.mutable_caller_answered()->set_call_id(FormatCallId(e.call));
  }

  static void Fill(v1::CallEvent& out, const CallerFailed& e) {
    out.mutable_caller_failed()->set_call_id(FormatCallId(e.call));
    out.mutable_caller_failed()->set_reason(ToLegEnd(e.why));
  }

  static void Fill(v1::CallEvent& out, const CallEnded& e) {
    out.mutable_ended()->mutable_record()->ParseFromString(e.record);
  }
};

}  // namespace

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
    case v1::JournalEvent::kCallbackCancelled: {
      const auto id = FromCallId(in.callback_cancelled());
      if (!id.ok()) return id.status();
      return CallbackCancelled{*id};
    }
    case v1::JournalEvent::kDrainSet:
      return DrainSet{in.drain_set()};
    case v1::JournalEvent::kControlSet:
      if (in.control_set() < v1::CONTROL_MODE_AUTO || in.control_set() > v1::CONTROL_MODE_CLOSED) {
        return absl::InvalidArgumentError("the control's mode must be AUTO, OPEN or CLOSED");
      }
      return ControlSet{static_cast<ControlMode>(static_cast<int>(in.control_set()) - 1)};
    case v1::JournalEvent::kEpochStarted:
      return EpochStarted{in.epoch_started()};
    case v1::JournalEvent::kTick:
      return Tick{};
    case v1::JournalEvent::BODY_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("an event of no known kind");
}

}  // namespace hotline::router
