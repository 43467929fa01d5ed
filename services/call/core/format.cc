// Events and actions as text, for tests and logs. SDP and headers are left out: they may name
// people.
#include <string>
#include <variant>

#include "services/call/core/action.h"
#include "services/call/core/event.h"

namespace hotline::call {
namespace {

std::string Id(CallId call) {
  return FormatCallId(call);
}

std::string Id(LegId leg) {
  return FormatLegId(leg);
}

std::string Id(OfferId offer) {
  return "offer " + std::to_string(offer.value);
}

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

std::string FormatClosure(Closure how) {
  switch (how) {
    case Closure::kBye:
      return "bye";
    case Closure::kCancel:
      return "cancel";
    case Closure::kRefused:
      return "refused";
    case Closure::kLost:
      return "lost";
    case Closure::kUnsent:
      return "unsent";
  }
  return "unknown";
}

std::string FormatPeer(const RtpPeer& peer) {
  if (peer.port == 0) return "no peer";
  return peer.address + ':' + std::to_string(peer.port) +
         (peer.codec == Codec::kPcma ? " pcma" : " pcmu") + (peer.receives ? "" : " deaf") +
         (peer.sends ? "" : " mute");
}

std::string Format(const SipAction& action) {
  return std::visit(
      Overloaded{
          [](const RejectInvite& a) {
            return "reject " + Id(a.call) + ' ' + std::to_string(a.status);
          },
          [](const AnswerInvite& a) { return "answer " + Id(a.call); },
          [](const InviteTarget& a) { return "invite " + Id(a.leg) + ' ' + a.extension; },
          [](const CancelLeg& a) { return "cancel " + Id(a.leg); },
          [](const ByeLeg& a) { return "bye " + Id(a.leg); },
          [](const AnswerReinvite& a) {
            return "answer re-INVITE " + Id(a.leg) + ' ' + std::to_string(a.status);
          },
          [](const ForgetLeg& a) { return "forget " + Id(a.leg); },
      },
      action);
}

std::string Format(const MediaAction& action) {
  return std::visit(
      Overloaded{
          [](const AddMediaLeg& a) {
            return "add " + Id(a.leg) +
                   (a.local_port == 0 ? "" : " port " + std::to_string(a.local_port)) + ", " +
                   FormatPeer(a.peer);
          },
          [](const SetPeer& a) { return "peer " + Id(a.leg) + ' ' + FormatPeer(a.peer); },
          [](const PlayPrompt& a) {
            return "play " + Id(a.leg) + ' ' + a.prompt + (a.loop ? " loop" : "");
          },
          [](const StopPrompt& a) { return "stop " + Id(a.leg); },
          [](const SetRoute& a) {
            return std::string(a.on ? "route " : "unroute ") + Id(a.from) + " → " + Id(a.to);
          },
          [](const RemoveMediaLeg& a) { return "remove " + Id(a.leg); },
      },
      action);
}

std::string Format(const Report& report) {
  return std::visit(
      Overloaded{
          [](const ReportQueued& r) {
            return "queued " + Id(r.request.call) + " in " + r.request.queue;
          },
          [](const ReportRinging& r) { return "ringing " + Id(r.call) + ' ' + Id(r.offer); },
          [](const ReportAnswered& r) { return "answered " + Id(r.call) + ' ' + Id(r.offer); },
          [](const ReportOfferFailed& r) {
            return "offer failed " + Id(r.call) + ' ' + Id(r.offer) + ' ' +
                   std::string(FormatLegEnd(r.why));
          },
          [](const ReportHeld& r) { return (r.held ? "held " : "resumed ") + Id(r.call); },
          [](const ReportEnded& r) {
            return "ended " + Id(r.record.request.call) + ' ' +
                   std::string(FormatEndCause(r.record.cause)) +
                   (r.record.answer_time ? ", answered by " + r.record.answered_by->id : "") +
                   (r.record.ringing ? ", ringing" : "");
          },
      },
      report);
}

}  // namespace

std::string FormatEvent(const Event& event) {
  return std::visit(
      Overloaded{
          [](const Invited& e) { return "invited " + Id(e.call); },
          [](const Rang& e) { return "rang " + Id(e.leg); },
          [](const Answered& e) { return "answered " + Id(e.leg); },
          [](const Acked& e) { return "acked " + Id(e.leg); },
          [](const Reinvited& e) { return "re-INVITE " + Id(e.leg); },
          [](const LegClosed& e) {
            return "closed " + Id(e.leg) + ' ' + FormatClosure(e.how) +
                   (e.status == 0 ? "" : ' ' + std::to_string(e.status));
          },
          [](const MediaUp& e) { return "media up, " + std::to_string(e.alive.size()) + " alive"; },
          [](const MediaDown&) { return std::string("media down"); },
          [](const MediaLegAdded& e) {
            return "media leg " + Id(e.leg) + " at " + e.address + ':' + std::to_string(e.port);
          },
          [](const MediaFailed& e) {
            return "media failed " + Id(e.leg) +
                   (e.command == MediaCommand::kAddLeg ? " add"
                    : e.command == MediaCommand::kPlay ? " play"
                                                       : " other");
          },
          [](const PromptFinished& e) { return "prompt over " + Id(e.leg) + ' ' + e.prompt; },
          [](const DigitPressed& e) { return "digit " + Id(e.leg); },
          [](const LineSilent& e) { return "silent " + Id(e.leg); },
          [](const Offered& e) {
            return "offered " + Id(e.call) + ' ' + Id(e.offer) + " → " + e.target.id;
          },
          [](const Withdrawn& e) {
            return "withdrawn " + Id(e.call) + ' ' + Id(e.offer) + ' ' +
                   std::string(FormatLegEnd(e.why));
          },
          [](const Released& e) {
            return "released " + Id(e.call) + ' ' + std::string(FormatEndCause(e.cause));
          },
          [](const Stopping&) { return std::string("stopping"); },
          [](const Tick&) { return std::string("tick"); },
      },
      event);
}

std::string FormatAction(const Action& action) {
  static constexpr const char* kPlane[] = {"sip: ", "media: ", "router: "};
  return kPlane[action.index()] + std::visit([](const auto& a) { return Format(a); }, action);
}

}  // namespace hotline::call
