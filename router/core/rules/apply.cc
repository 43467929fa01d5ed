#include "router/core/rules/apply.h"

#include <algorithm>

#include "router/core/rules/call_back.h"
#include "router/core/rules/call_life.h"
#include "router/core/rules/escalation.h"
#include "router/core/rules/offers.h"
#include "router/core/rules/reconcile.h"
#include "router/core/rules/seat_life.h"
#include "router/core/rules/settle.h"

namespace hotline::router {
namespace {

/// An event about a call that this node has. Others are stale: the call is over.
struct CallApplier {
  Area& area;
  NodeEntry& node;

  Call* Mine(CallId id) const {
    Call* call = area.FindCall(id);
    return call != nullptr && call->node == &node ? call : nullptr;
  }

  void operator()(const CallQueued& e) const { CallAsks(area, node, e.request); }

  void operator()(const OfferRinging&) const {}  // for the record's legs; the offer runs anyway

  void operator()(const OfferAnswered& e) const {
    if (Call* call = Mine(e.call)) OfferWasAnswered(area, *call, e.offer, area.now);
  }

  void operator()(const OfferFailed& e) const {
    if (Call* call = Mine(e.call)) OfferHasFailed(area, *call, e.offer, e.why);
  }

  void operator()(const CallHeld& e) const {
    if (Call* call = Mine(e.call)) SetHeld(area, *call, e.held);
  }

  void operator()(const CallbackAsked& e) const { AskCallback(area, node, e.request); }

  void operator()(const CallerAnswered& e) const {
    if (Call* call = Mine(e.call)) CallerHasAnswered(area, *call);
  }

  void operator()(const CallerFailed& e) const {
    if (Call* call = Mine(e.call)) CallerHasFailed(area, *call);
  }

  void operator()(const CallEnded& e) const { CallHasEnded(area, node, e); }
};

struct Applier {
  Area& area;

  Seat& SeatOf(const std::string& id) const { return *area.FindSeat(id); }

  void operator()(const SeatSignedIn& e) const { SignIn(area, e); }

  void operator()(const SeatSignedOut& e) const { SignOut(area, SeatOf(e.seat)); }

  void operator()(const SeatReady& e) const { SetReady(area, SeatOf(e.seat)); }

  void operator()(const SeatNotReady& e) const { SetNotReady(area, SeatOf(e.seat), e.reason); }

  void operator()(const WrapUpExtended& e) const {
    ExtendWrapUp(area, SeatOf(e.seat), e.extension);
  }

  void operator()(const SeatHeartbeat& e) const { Heard(area, SeatOf(e.seat)); }

  void operator()(const NodeEvent& e) const {
    NodeEntry& node = *area.FindNode(e.node.name);
    node.last_seq = e.seq;
    std::visit(CallApplier{area, node}, e.what);
  }

  void operator()(const NodeAnnounced& e) const { Announce(area, e); }

  void operator()(const NodeDetached& e) const { Detach(area, *area.FindNode(e.node.name)); }

  void operator()(const DrainSet& e) const { area.draining = e.draining; }

  void operator()(const CallbackCancelled& e) const {
    CancelCallback(area, *area.FindCall(e.callback));
  }

  void operator()(const ControlSet& e) const { SetControlMode(area, e.mode); }

  void operator()(const EpochStarted&) const {}  // StartEpoch has run, before the deadlines

  void operator()(const Tick&) const {}
};

void ApplyDeadline(Area& area, const Alarm& alarm) {
  switch (alarm.kind()) {
    case AlarmKind::kCall: {
      Call& call = *area.FindCall(CallId{alarm.number()});
      if (call.state == CallState::kOffered) return OfferExpired(area, call);
      if (call.state == CallState::kDialling) return DialExpired(area, call);
      return WaitIsDue(area, call);
    }
    case AlarmKind::kWrapUp:
      return WrapUpOver(area, *area.FindSeat(alarm.name()));
    case AlarmKind::kHeartbeat:
      return HeartbeatLapsed(area, *area.FindSeat(alarm.name()));
    case AlarmKind::kStation:
      return StationIsDue(area, *area.stations.Find(alarm.name()));
    case AlarmKind::kNode:
      return GiveUp(area, *area.FindNode(alarm.name()));
    case AlarmKind::kEscalation:
      return Escalate(area);
    case AlarmKind::kControl:
      return LookAtControl(area);
  }
}

}  // namespace

void Apply(Area& area, const Event& event) {
  std::visit(Applier{area}, event);
  Settle(area);
}

void ApplyDeadlines(Area& area, absl::Time now) {
  while (const Alarm* alarm = area.deadlines.First()) {
    if (alarm->at() > now) return;
    area.now = std::max(area.now, alarm->at());
    ApplyDeadline(area, *alarm);
    Settle(area);
  }
}

void StartEpoch(Area& area) {
  RestartHeartbeats(area);
  for (auto& [name, node] : area.nodes) {
    node->attached = true;  // so that an absent one's grace starts anew, too
    Detach(area, *node);
  }
}

}  // namespace hotline::router
