#include "router/core/event.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "router/core/facts.h"

namespace hotline::router {
namespace {

std::string OfferText(std::string_view what, CallId call, OfferId offer) {
  return absl::StrCat(std::string(what), " ", FormatCallId(call), " offer ", offer.value);
}

struct CallEventFormatter {
  std::string operator()(const CallQueued& e) const {
    const CallRequest& r = e.request;
    std::string text = absl::StrCat("queued ", FormatCallId(r.call), " ", r.queue);
    if (r.has_priority) absl::StrAppend(&text, " P", static_cast<int>(r.priority));
    for (const SkillLevel& need : r.skills)
      absl::StrAppend(&text, " ", need.skill, ":", need.level);
    return text;
  }

  std::string operator()(const OfferRinging& e) const {
    return OfferText("ringing", e.call, e.offer);
  }

  std::string operator()(const OfferAnswered& e) const {
    return OfferText("answered", e.call, e.offer);
  }

  std::string operator()(const OfferFailed& e) const {
    return absl::StrCat(OfferText("failed", e.call, e.offer), " (",
                        std::string(FormatOfferFailure(e.why)), ")");
  }

  std::string operator()(const CallHeld& e) const {
    return absl::StrCat(e.held ? "held " : "resumed ", FormatCallId(e.call));
  }

  std::string operator()(const CallbackAsked& e) const {
    return absl::StrCat("call-back ", FormatCallId(e.request.callback), " asked by ",
                        FormatCallId(e.request.origin));
  }

  std::string operator()(const CallerAnswered& e) const {
    return absl::StrCat("caller answered ", FormatCallId(e.call));
  }

  std::string operator()(const CallerFailed& e) const {
    return absl::StrCat("caller failed ", FormatCallId(e.call), " (",
                        std::string(FormatOfferFailure(e.why)), ")");
  }

  std::string operator()(const CallEnded& e) const {
    return absl::StrCat("ended ", FormatCallId(e.request.call), " (",
                        std::string(FormatEndCause(e.facts.cause)), ")");
  }
};

struct EventFormatter {
  std::string operator()(const SeatSignedIn& e) const {
    return absl::StrCat("seat sign-in ", e.profile.seat, " queues=(",
                        absl::StrJoin(e.profile.queues, " "), ")", e.ready ? " ready" : "");
  }

  std::string operator()(const SeatSignedOut& e) const {
    return absl::StrCat("seat sign-out ", e.seat);
  }

  std::string operator()(const SeatReady& e) const { return absl::StrCat("seat ready ", e.seat); }

  std::string operator()(const SeatNotReady& e) const {
    return absl::StrCat("seat not-ready ", e.seat, " (", e.reason, ")");
  }

  std::string operator()(const WrapUpExtended& e) const {
    return absl::StrCat("seat wrap-up ", e.seat, " +", absl::FormatDuration(e.extension));
  }

  std::string operator()(const SeatHeartbeat& e) const {
    return absl::StrCat("seat heartbeat ", e.seat);
  }

  std::string operator()(const NodeEvent& e) const {
    return absl::StrCat(Name(e.node), " #", e.seq, " ", std::visit(CallEventFormatter{}, e.what));
  }

  std::string operator()(const NodeAnnounced& e) const {
    return absl::StrCat(Name(e.node), " announced ", e.calls.size(), " calls, ", e.ended.size(),
                        " ended, up to #", e.last_seq);
  }

  std::string operator()(const NodeDetached& e) const {
    return absl::StrCat(Name(e.node), " detached");
  }

  std::string operator()(const CallbackCancelled& e) const {
    return absl::StrCat("call-back ", FormatCallId(e.callback), " cancelled");
  }

  std::string operator()(const ControlSet& e) const {
    return absl::StrCat("control ", e.mode == ControlMode::kAuto   ? "auto"
                                    : e.mode == ControlMode::kOpen ? "open"
                                                                   : "closed");
  }

  std::string operator()(const DrainSet& e) const { return e.draining ? "drain on" : "drain off"; }

  std::string operator()(const EpochStarted& e) const { return absl::StrCat("epoch ", e.epoch); }

  std::string operator()(const Tick&) const { return "tick"; }

  static std::string Name(const Node& node) { return absl::StrCat(node.name, "/", node.instance); }
};

}  // namespace

bool operator==(const CallEnded& a, const CallEnded& b) {
  return a.request == b.request && SameFacts(a.facts, b.facts) && a.answered_by == b.answered_by &&
         a.record == b.record;
}

std::string FormatEvent(const Event& event) {
  return std::visit(EventFormatter{}, event);
}

}  // namespace hotline::router
