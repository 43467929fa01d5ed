#include "tests/router/core/random_world.h"

#include <stdexcept>

#include "absl/strings/str_cat.h"

#include "services/base/weekly_hours.h"

namespace hotline::router {
namespace {

constexpr int kSeats = 5;
constexpr int kCalls = 40;
constexpr int kEpochKind = 22;

std::string SeatName(int a) {
  return absl::StrCat("s", a % (kSeats + 1));
}

std::string NodeName(int a) {
  return a % 3 == 0 ? "call-2" : "call-1";
}

}  // namespace

AreaConfig SmallArea() {
  AreaConfig area{.id = "small", .node_grace = absl::Seconds(10), .max_calls = 30};
  area.stations = {{.id = "county", .level = "county", .extension = "7001", .capacity = 2},
                   {.id = "town", .level = "township", .extension = "7002"}};
  area.stations[1].hours =
      *WeeklyHours::Parse({"daily 09:01-09:03", "daily 09:04-09:30"}, absl::Hours(8));
  area.stations[1].skills = {{"labour", 3}};
  area.stations[0].clearance = 1;
  area.queues = {{.id = "general", .stations = {"town", "county"}},
                 {.id = "labour", .skills = {{"labour", 2}}, .priority = Priority::kP2}};
  for (QueueConfig& queue : area.queues) {
    queue.answer_timeout = absl::Seconds(5);
    queue.wrap_up = absl::Seconds(4);
    queue.escalate_after = absl::Seconds(15);
    queue.max_wait = absl::Seconds(60);
    queue.no_seat_wait = absl::Seconds(8);
    queue.max_waiting = 12;
  }
  return area;
}

AreaConfig RuledArea() {
  AreaConfig area = SmallArea();
  QueueConfig& general = area.queues[0];
  general.order.calls = CallOrder::kConnect;
  general.order.seats = SeatOrder::kRandom;
  general.order.hard_cap = absl::Seconds(30);
  general.order.max_priority_run = 2;
  general.order.reserved_seats = 1;
  general.escalate_by = EscalateBy::kGain;
  general.rings = {{{"north"}, absl::Seconds(5)}, {{"south"}, absl::Seconds(20)}, {{}, {}}};
  general.near_weight = 2;
  general.affinity_wait = absl::Seconds(7);
  general.callback = {
      .offered = true,
      .offer_after = absl::Seconds(4),
      .hours = *WeeklyHours::Parse({"daily 08:00-09:02", "daily 09:03-21:00"}, absl::Hours(8)),
      .dial_timeout = absl::Seconds(6),
      .keep = absl::Minutes(2),
      .max_booked = 4};
  area.queues[1].callback = {.offered = true,
                             .offer_after = absl::ZeroDuration(),
                             .agent_first = false,
                             .dial_timeout = absl::Seconds(3)};
  area.queues[1].order.seats = SeatOrder::kLeastBusy;
  area.queues[1].order.weight = 2;
  return area;
}

RandomWorld::RandomWorld(const AreaConfig& area)
    : area_(area),
      ruled_(!area.queues[0].rings.empty()),
      now_(absl::FromUnixSeconds(1'772'413'200)),  // 2026-03-02 09:00 in China
      plain_(area),
      restored_(area),
      invariants_(area) {
  for (const auto* name : {"call-1", "call-2"}) {
    nodes_[name] = {};
    Apply(NodeAnnounced{.node = {name, 1}, .calls_back = true});
  }
}

void RandomWorld::Do(const Op& op) {
  PassTime(op);
  if (op.kind % kKinds == 0) return Restore();
  Apply(Meaning(op));
}

/// Every third gap is slept through by one of the routers: a late Tick changes when, but not what.
/// (The start of an epoch is allowed to: it forgives the gap.)
void RandomWorld::PassTime(const Op& op) {
  const bool slept = op.b % 3 == 0 && op.kind % kKinds != kEpochKind;
  const absl::Time until = now_ + absl::Milliseconds(op.gap_ms);
  Router& awake = slept ? restored_ : plain_;
  while (awake.next_deadline() <= until) {
    now_ = awake.next_deadline();
    if (!slept) {
      Apply(Tick{});
      continue;
    }
    for (Action& action : restored_.Step(now_, Tick{})) early_.push_back(std::move(action));
  }
  now_ = until;
  if (slept) Apply(Tick{});
}

void RandomWorld::Apply(const Event& event) {
  journal_.emplace_back(now_, event);
  const bool allowed = plain_.Check(event).ok();
  const std::vector<Action> actions = plain_.Step(now_, event);
  std::vector<Action> again = std::exchange(early_, {});
  for (Action& action : restored_.Step(now_, event)) again.push_back(std::move(action));
  if (actions != again) {
    std::string what = "a restored router decides otherwise:";
    for (const Action& action : again) absl::StrAppend(&what, "\n  ", FormatAction(action));
    absl::StrAppend(&what, "\nthan one that was not:");
    for (const Action& action : actions) absl::StrAppend(&what, "\n  ", FormatAction(action));
    Fail(what);
  }
  const std::string broken =
      invariants_.Check(plain_, now_, allowed ? event : Event{Tick{}}, actions);
  if (!broken.empty()) Fail(broken);
  if (plain_.next_deadline() != restored_.next_deadline()) {
    Fail("a restored router has another deadline");
  }
}

void RandomWorld::Restore() {
  const std::string bytes = restored_.EncodeSnapshot();
  auto restored = Router::FromSnapshot(area_, bytes);
  if (!restored.ok()) Fail(std::string(restored.status().message()));
  if (restored->EncodeSnapshot() != bytes) Fail("the snapshot of a restored router differs");
  restored_ = *std::move(restored);
}

void RandomWorld::Finish() {
  for (auto& [name, state] : nodes_) {
    ++state.instance;
    Apply(NodeAnnounced{.node = {name, state.instance}});
  }
  for (const CallbackView& call : plain_.callbacks()) Apply(CallbackCancelled{call.callback});
  if (!plain_.calls().empty()) Fail("a call survives its call service");
  if (const CallId call = invariants_.WithoutOutcome()) {
    Fail(absl::StrCat("call ", call.value, " has no outcome"));
  }
  Router replayed(area_);
  for (const auto& [time, event] : journal_) (void)replayed.Step(time, event);
  if (replayed.EncodeSnapshot() != plain_.EncodeSnapshot()) Fail("the replayed journal differs");
  if (restored_.EncodeSnapshot() != plain_.EncodeSnapshot()) Fail("the restored router differs");
}

Event RandomWorld::Meaning(const Op& op) {
  const int kind = op.kind % kKinds;
  if (kind <= 6) return SeatEvent(op);
  if (kind <= 17) return last_ = CallEvent(op);
  if (kind >= 24) return CallbackEvent(op);
  switch (kind) {
    case 18:
      return last_;
    case 19:
      return NodeDetached{{NodeName(op.a), nodes_[NodeName(op.a)].instance}};
    case 20:
    case 21:
      return Announce(op);
    case 22:
      if (op.b % 3 == 0) return ControlSet{static_cast<ControlMode>(op.a % 3)};
      return op.a % 4 == 0 ? Event{EpochStarted{2}} : Event{DrainSet{op.a % 4 == 1}};
    default:
      return Tick{};
  }
}

Event RandomWorld::SeatEvent(const Op& op) const {
  const std::string seat = SeatName(op.a);
  switch (op.kind % kKinds) {
    case 1:
    case 2: {
      SeatProfile profile{.seat = seat,
                          .agent = op.b % 7 == 0 ? "other" : "agent-" + seat,
                          .extension = "8" + seat,
                          .queues = {"labour", "general"},
                          .skills = {{"labour", 1 + op.a % 5}}};
      if (op.b % 4 == 0) profile.queues = {"general"};
      if (op.b % 11 == 0) profile.queues = {"nowhere"};
      if (ruled_) {
        profile.group = op.a % 3 == 0 ? "north" : op.a % 3 == 1 ? "south" : "west";
        profile.provider = op.b % 2 == 0 ? "firm-a" : "firm-b";
        profile.clearance = op.a % 2;
        profile.suspended = op.b % 13 == 0;
      }
      return SeatSignedIn{profile, op.b % 3 != 0,
                          op.a % 2 == 0 ? absl::ZeroDuration() : absl::Seconds(20)};
    }
    case 3:
      return SeatSignedOut{seat};
    case 4:
      return SeatNotReady{seat, op.b % 9 == 0 ? "No!" : "break"};
    case 5:
      return op.b % 2 == 0 ? Event{SeatHeartbeat{seat}}
                           : Event{WrapUpExtended{seat, absl::Seconds(op.b % 100)}};
    default:
      return SeatReady{seat};
  }
}

Event RandomWorld::CallEvent(const Op& op) {
  switch (op.kind % kKinds) {
    case 7:
    case 8:
    case 9: {
      const CallRequest request = Request(op);
      if (!node_of_.contains(request.call.value)) node_of_[request.call.value] = NodeName(op.b);
      return Say(NodeOf(request.call, op), CallQueued{request});
    }
    case 10:
    case 11:
    case 12:
    case 13:
    case 14: {
      const auto call = Pick(op.a, CallState::kOffered);
      if (!call) return Tick{};
      const CallId id = call->request.call;
      const OfferId offer{call->offer.value - (op.b % 9 == 0 ? 1 : 0)};  // now and then a stale one
      if (op.b % 5 == 4) return Say(NodeOf(id, op), OfferRinging{id, offer});
      if (op.b % 5 < 3) return Say(NodeOf(id, op), OfferAnswered{id, offer});
      return Say(NodeOf(id, op), OfferFailed{id, offer, static_cast<OfferFailure>(op.a % 5)});
    }
    case 15: {
      const auto call = Pick(op.a);
      if (!call) return Tick{};
      return Say(NodeOf(call->request.call, op), CallHeld{call->request.call, op.b % 2 == 0});
    }
    default: {
      const CallEnded ended = Ended(op);
      return Say(NodeOf(ended.request.call, op), ended);
    }
  }
}

/// Accepting, reaching the caller or not, and cancelling.
Event RandomWorld::CallbackEvent(const Op& op) {
  if (op.kind % kKinds == 24) {
    const auto call = Pick(op.a, CallState::kQueued);
    if (!call) return Tick{};
    const uint64_t id = 1000 + op.b;
    node_of_.emplace(id, call->node.name);
    return Say(NodeOf(call->request.call, op),
               CallbackAsked{{.callback = CallId{id},
                              .origin = call->request.call,
                              .matter = absl::StrCat("matter-", op.b % 6),
                              .contact = "sealed",
                              .voice = op.a % 9 != 0,
                              .any_hour = op.a % 4 == 0}});
  }
  const auto booked = plain_.callbacks();
  if (booked.empty()) return Tick{};
  // Rather those that are being dialled.
  const auto dialled = Pick(op.a, CallState::kDialling);
  const CallId call = dialled ? dialled->request.call : booked[op.a % booked.size()].callback;
  const auto view = plain_.FindCall(call);
  const std::string node = op.b % 31 == 30 ? NodeName(op.a) : view->node.name;
  if (op.kind % kKinds == 25) {
    return op.b % 12 == 0 ? Event{CallbackCancelled{call}} : Event{Tick{}};
  }
  if (node.empty()) return Tick{};
  if (op.kind % kKinds == 26) return Say(node, CallerAnswered{call});
  return Say(node, CallerFailed{call, static_cast<OfferFailure>(op.a % 5)});
}

/// Now and then on behalf of a call service that does not have the call.
std::string RandomWorld::NodeOf(CallId call, const Op& op) const {
  if (const auto view = plain_.FindCall(call); view && view->callback && !view->node.name.empty()) {
    return view->node.name;
  }
  const auto it = node_of_.find(call.value);
  return it == node_of_.end() || op.b % 31 == 30 ? NodeName(op.a) : it->second;
}

Event RandomWorld::Say(const std::string& node, decltype(NodeEvent::what) what) {
  NodeState& state = nodes_[node];
  return NodeEvent{{node, state.instance}, ++state.seq, std::move(what)};
}

CallRequest RandomWorld::Request(const Op& op) const {
  CallRequest request{.call = CallId{static_cast<uint64_t>(op.a % kCalls)},
                      .queue = op.b % 3 == 0     ? "labour"
                               : op.b % 41 == 40 ? "nowhere"
                                                 : "general",
                      .has_priority = op.b % 5 == 0,
                      .priority = static_cast<Priority>(op.a % 4),
                      .arrive_time = now_ - absl::Seconds(op.b % 6),
                      .request_time = now_ - absl::Seconds(op.a % 3)};
  if (op.b % 7 == 6) request.skills = {{"labour", 1 + op.a % 4}};
  if (ruled_ && op.b % 4 == 0) request.preferred_agent = "agent-" + SeatName(op.a);
  if (ruled_ && op.b % 6 == 0) request.barred = {"firm-a", "town"};
  if (ruled_ && op.b % 10 == 0) request.clearance = 1;
  if (op.b % 37 == 36) request.request_time = now_ + absl::Hours(1);
  return request;
}

CallEnded RandomWorld::Ended(const Op& op) const {
  CallEnded ended{.request = Request(op), .facts = {.end_time = now_}};
  ended.facts.cause = static_cast<EndCause>(1 + op.b % 8);
  ended.facts.ringing = op.b % 2 == 0;
  if (op.b % 3 == 0) ended.facts.request_time = ended.request.request_time;
  if (op.b % 13 == 0) ended.facts.answer_time = now_;
  if (const auto call = Pick(op.a); call && op.b % 6 != 0) {
    ended.request = call->request;
    ended.facts.request_time = call->request.request_time;
    ended.facts.answer_time = call->answer_time;
    ended.answered_by = call->target;
  }
  return ended;
}

std::optional<CallView> RandomWorld::Pick(int index, std::optional<CallState> state) const {
  std::vector<CallView> calls;
  for (CallView& call : plain_.calls()) {
    if (!state || call.state == *state) calls.push_back(std::move(call));
  }
  if (calls.empty()) return std::nullopt;
  return calls[index % calls.size()];
}

/// What the router thinks, with deviations: calls left out, offers forgotten, talks elsewhere.
Event RandomWorld::Announce(const Op& op) {
  const std::string name = NodeName(op.a);
  NodeState& state = nodes_[name];
  if (op.b % 4 == 0) state = {.instance = state.instance + 1};
  NodeAnnounced event{.node = {name, state.instance - (op.b % 29 == 28 ? 1 : 0)},
                      .last_seq = state.seq,
                      .calls_back = op.b % 17 != 16};
  int salt = op.b;
  for (const CallView& call : plain_.calls()) {
    if (call.node.name != name && salt % 5 != 0) continue;
    salt = (salt * 31 + 7) % 1009;
    LiveCall live{.request = call.request,
                  .target = call.target,
                  .offer = call.offer,
                  .answer_time = call.answer_time};
    live.state = call.state == CallState::kEnded ? CallState::kQueued : call.state;
    if (salt % 6 == 0) continue;
    if (salt % 6 == 1) live.state = static_cast<CallState>(salt % 4);
    if (salt % 6 == 2) live.offer.value += 3;
    if (salt % 6 == 3) live.target = Target{static_cast<TargetKind>(1 + salt % 2), SeatName(salt)};
    if (live.state == CallState::kQueued) live.target.reset();
    event.calls.push_back(live);
  }
  if (op.b % 3 == 0) {
    const CallRequest request = Request(op);
    event.calls.push_back({.request = request,
                           .state = static_cast<CallState>(op.a % 4),
                           .target = Target{TargetKind::kSeat, SeatName(op.b)},
                           .offer = OfferId{static_cast<uint64_t>(op.b)}});
    node_of_.emplace(request.call.value, name);
  }
  if (op.b % 5 == 0) event.ended.push_back(Ended(op));
  return event;
}

void RandomWorld::Fail(const std::string& what) const {
  std::string story = what + "\nafter:\n";
  for (const auto& [time, event] : journal_) {
    absl::StrAppend(&story, absl::FormatTime("%H:%M:%E3S ", time, absl::UTCTimeZone()),
                    FormatEvent(event), "\n");
  }
  throw std::runtime_error(story);
}

}  // namespace hotline::router
