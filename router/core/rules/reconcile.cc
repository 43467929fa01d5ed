#include "router/core/rules/reconcile.h"

#include <algorithm>
#include <utility>

#include "router/core/rules/call_back.h"
#include "router/core/rules/call_life.h"
#include "router/core/rules/offers.h"
#include "router/core/rules/seat_life.h"

namespace hotline::router {
namespace {

using AliveCalls = absl::btree_map<CallId, const LiveCall*>;

bool Talks(CallState state) {
  return state == CallState::kConnected || state == CallState::kHeld;
}

std::vector<Call*> CallsOf(Area& area, const NodeEntry& node) {
  std::vector<Call*> calls;
  for (auto& [id, call] : area.calls) {
    if (call->node == &node) calls.push_back(call.get());
  }
  return calls;
}

/// The announced calls by id: the first of a kind counts, and none that another node has.
AliveCalls AliveIn(const Area& area, const NodeAnnounced& event, const NodeEntry& node) {
  AliveCalls alive;
  for (const LiveCall& live : event.calls) {
    const Call* known = area.FindCall(live.request.call);
    const bool others = known != nullptr && known->node != &node;
    if (live.request.call && !others) alive.emplace(live.request.call, &live);
  }
  for (const CallEnded& ended : event.ended) alive.erase(ended.request.call);
  return alive;
}

/// The call service says that `call` waits.
void CorrectWaiting(Area& area, Call& call) {
  switch (call.state) {
    case CallState::kQueued:
      return call.waiting ? Unpark(area, call) : BeginWaiting(area, call);
    case CallState::kOffered:
      return ForgetOffer(area, call);
    case CallState::kConnected:
    case CallState::kHeld:
    case CallState::kDialling:
      FreeTarget(area, call);
      return BeginWaiting(area, call);
    case CallState::kEnded:
      return Release(area, call, call.release_cause);  // told again
  }
}

/// The call service says that `live.offer` rings.
void CorrectRinging(Area& area, Call& call, const LiveCall& live) {
  if (call.state == CallState::kOffered && call.offer == live.offer) return;
  area.actions.push_back(
      WithdrawOffer{call.node->node, call.request.call, live.offer, OfferFailure::kCancelled});
  CorrectWaiting(area, call);
}

/// Makes `seat` free for `call`, which talks there since `answer_time`. Returns false if an older
/// talk holds it: a person has one receiver, and the later report is the doubtful one.
bool ClearSeat(Area& area, Seat& seat, const Call& call, absl::Time answer_time) {
  Call* other = seat.call;
  if (other == nullptr) return true;
  if (other->state == CallState::kOffered) {
    WithdrawFromSeat(area, *other, OfferFailure::kCancelled);
    return true;
  }
  const std::pair theirs(other->answer_time.value_or(area.now), other->request.call);
  if (theirs < std::pair(answer_time, call.request.call)) return false;
  other->seat = nullptr;
  seat.call = nullptr;
  TellCall(area, *other);
  return true;
}

/// The seat a call is announced on; one that nobody signed in to is entered for the time of the
/// call.
Seat* SeatForTalk(Area& area, const Target& target) {
  if (target.kind != TargetKind::kSeat || target.id.empty()) return nullptr;
  if (Seat* seat = area.FindSeat(target.id)) return seat;
  if (area.seats.size() >= kMaxSeats) return nullptr;
  return (area.seats[target.id] = std::make_unique<Seat>(target.id)).get();
}

void Connect(Area& area, Call& call, const LiveCall& live, absl::Time answer_time) {
  Seat* seat = live.target ? SeatForTalk(area, *live.target) : nullptr;
  if (seat != nullptr && !ClearSeat(area, *seat, call, answer_time)) seat = nullptr;
  call.seat = seat;
  if (live.target && live.target->kind == TargetKind::kStation) {
    call.station = area.stations.Find(live.target->id);
  }
  call.state = live.state;
  call.state_time = area.now;
  call.offer = live.offer;
  if (call.queue != nullptr) ++call.queue->connected;
  CountAnswer(area, call, answer_time, live.target);
  TellCall(area, call);
  if (seat != nullptr) SeatConnected(area, *seat, call);
  if (call.station != nullptr) {
    ++call.station->busy;
    TellStation(area, *call.station);
  }
}

/// The call service says that `call` talks.
void CorrectTalking(Area& area, Call& call, const LiveCall& live) {
  const absl::Time answered = std::min(live.answer_time.value_or(area.now), area.now);
  const bool same_target = TargetOf(call) == live.target;
  if (same_target && call.state == CallState::kOffered) {
    OfferWasAnswered(area, call, call.offer, answered);  // its message was lost
  }
  if (same_target && Talks(call.state)) {
    return SetHeld(area, call, live.state == CallState::kHeld);
  }
  StopWaiting(area, call);
  FreeTarget(area, call);
  Connect(area, call, live, answered);
}

void Correct(Area& area, NodeEntry& node, const LiveCall& live) {
  // Offers are numbered on from whatever the last router that had its memory gave out.
  constexpr uint64_t kPlausible = uint64_t{1} << 62;
  if (live.offer.value < kPlausible) {
    area.next_offer = std::max(area.next_offer, live.offer.value + 1);
  }
  Call* call = area.FindCall(live.request.call);
  if (call == nullptr) {
    if (area.calls.size() >= 2 * size_t{area.config.max_calls}) return;
    call = &AddCall(area, node, live.request);
  }
  if (call->callback && !CorrectCallback(area, *call, live.state)) return;
  if (Talks(live.state)) return CorrectTalking(area, *call, live);
  if (live.state == CallState::kOffered) return CorrectRinging(area, *call, live);
  CorrectWaiting(area, *call);
}

}  // namespace

void Announce(Area& area, const NodeAnnounced& event) {
  auto& slot = area.nodes[event.node.name];
  if (slot == nullptr) slot = std::make_unique<NodeEntry>(Node{event.node.name, 0});
  NodeEntry& node = *slot;
  const bool anew = node.node.instance != event.node.instance;
  node.node.instance = event.node.instance;
  node.last_seq = anew ? event.last_seq : std::max(node.last_seq, event.last_seq);
  node.attached = true;
  node.calls_back = event.calls_back;
  area.deadlines.Set(node.alarm, absl::InfiniteFuture());

  const AliveCalls alive = AliveIn(area, event, node);
  for (const CallEnded& ended : event.ended) CallHasEnded(area, node, ended);
  for (Call* call : CallsOf(area, node)) {
    if (!alive.contains(call->request.call)) CallIsLost(area, *call);
  }
  for (const auto& [id, live] : alive) Correct(area, node, *live);
  HouseCallbacks(area);
}

void Detach(Area& area, NodeEntry& node) {
  if (!node.attached) return;
  node.attached = false;
  area.deadlines.Set(node.alarm, area.now + area.config.node_grace);
  for (Call* call : CallsOf(area, node)) {
    if (call->waiting) Park(area, *call);
  }
  HouseCallbacks(area);
}

void GiveUp(Area& area, NodeEntry& node) {
  area.deadlines.Set(node.alarm, absl::InfiniteFuture());
  for (Call* call : CallsOf(area, node)) CallIsLost(area, *call);
  EvictCallbacks(area, node);
  const std::string name = node.node.name;
  area.nodes.erase(name);
}

}  // namespace hotline::router
