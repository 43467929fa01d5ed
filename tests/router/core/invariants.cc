#include "tests/router/core/invariants.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "router/core/matching/matcher.h"
#include "router/core/matching/orders.h"

namespace hotline::router {

std::string Invariants::Check(const Router& router, absl::Time now, const Event& event,
                              const std::vector<Action>& actions) {
  // Whether a call-back's caller is on the line, and so waits, the actions do not say.
  const bool was_called_back = std::exchange(calls_back_, false);
  for (const CallView& call : router.calls()) calls_back_ |= call.callback;
  sees_all_ = !was_called_back && !calls_back_;
  for (const CallView& call : router.calls()) {
    if (call.callback) continue;
    requests_[call.request.call] = call.request;
    node_of_[call.request.call] = call.node.name;
  }
  for (const SeatView& seat : router.seats()) seats_[seat.profile.seat] = seat.profile;
  Follow(event);
  for (const Action& action : actions) Follow(action);
  CheckPairs(router);
  CheckCallbacks(router);
  CheckNobodyWaitsInVain(router);
  CheckReasons(router);
  CheckExpectedWaits(router, now);
  CheckOffers(router, now);
  CheckStations(router, now);
  CheckQueues(router, now);
  CheckStats(router, now);
  return broken_;
}

void Invariants::Expect(bool holds, const std::string& sentence) {
  if (!holds && broken_.empty()) broken_ = sentence;
}

/// Which call services are there. (An absent one's return or loss is seen by the actions.)
void Invariants::Follow(const Event& event) {
  if (const auto* announced = std::get_if<NodeAnnounced>(&event)) {
    attached_.insert(announced->node.name);
  } else if (const auto* detached = std::get_if<NodeDetached>(&event)) {
    attached_.erase(detached->node.name);
  } else if (std::holds_alternative<EpochStarted>(event)) {
    attached_.clear();
  }
}

void Invariants::Follow(const Action& action) {
  if (const auto* offer = std::get_if<MakeOffer>(&action)) {
    waiting_.erase(offer->call);
    CheckOvertaking(*offer);
    CheckOrder(*offer);
    Expect(expiry_.emplace(offer->offer, offer->expire_time).second, "an offer id is used twice");
    Expect(attached_.contains(offer->node.name), "an offer goes to an absent call service");
  } else if (const auto* changed = std::get_if<CallChanged>(&action)) {
    const bool waits =
        changed->state == CallState::kQueued && !called_back_.contains(changed->call);
    if (waits) waiting_.insert(changed->call);
    if (changed->state != CallState::kQueued) waiting_.erase(changed->call);
  } else if (const auto* outcome = std::get_if<CallOutcome>(&action)) {
    const CallId call = outcome->request.call;
    waiting_.erase(call);
    requests_.emplace(call, outcome->request);
    Expect(outcomes_.emplace(call, outcome->result).second,
           absl::StrCat("call ", call.value, " has a second outcome"));
    ++results_[outcome->result];
  } else {
    FollowCallback(action);
  }
}

void Invariants::FollowCallback(const Action& action) {
  if (const auto* answer = std::get_if<CallbackAnswer>(&action)) {
    if (answer->refusal != CallbackRefusal::kNone) return;
    callbacks_.insert(answer->callback);
    if (!called_back_.insert(answer->callback).second) return;
    CallRequest& request = requests_[answer->callback] = requests_[answer->origin];
    request.call = answer->callback;
  } else if (const auto* dial = std::get_if<DialCaller>(&action)) {
    Expect(callbacks_.contains(dial->call), "a caller is dialled without a call-back");
    Expect(++dials_[dial->call] <= 4, "a caller is dialled for ever");
  } else if (const auto* over = std::get_if<CallbackOutcome>(&action)) {
    Expect(callbacks_.erase(over->callback) == 1, "a call-back ends twice");
  }
}

/// At most one per matter is the core's to check when it books; here: none is lost, each has a
/// place.
void Invariants::CheckCallbacks(const Router& router) {
  const auto views = router.callbacks();
  Expect(views.size() == callbacks_.size(), "a call-back is lost without an outcome");
  for (const CallbackView& view : views) {
    Expect(callbacks_.contains(view.callback), "a call-back that nobody booked");
    const bool planned =
        view.state != CallState::kQueued || view.due || view.next_time != absl::InfiniteFuture();
    Expect(planned, "a call-back rests for ever");
  }
}

/// Nobody older of the queue waits, or the reason is given and true for the oldest.
void Invariants::CheckOvertaking(const MakeOffer& offer) {
  const auto age = [&](CallId id) {
    return std::pair(requests_[id].request_time, id);
  };
  if (!sees_all_) return;
  const CallRequest& mine = requests_[offer.call];
  CallId oldest;
  for (const CallId other : waiting_) {
    if (requests_[other].queue != mine.queue) continue;
    if (age(other) < age(offer.call) && (!oldest || age(other) < age(oldest))) oldest = other;
  }
  const std::string who = absl::StrCat("call ", offer.call.value, " overtakes ", oldest.value);
  const CallRequest& theirs = requests_[oldest];
  switch (offer.overtake) {
    case Overtake::kNone:
      return Expect(!oldest, who + " without a reason");
    case Overtake::kPriority:
      return Expect(oldest && PriorityOf(mine) < PriorityOf(theirs), who + ": not by priority");
    case Overtake::kSkill:
      return Expect(oldest && (offer.target.kind == TargetKind::kStation ||
                               !Fits(theirs.queue, theirs.skills, seats_[offer.target.id].skills)),
                    who + ": the seat has the skill");
    case Overtake::kNode:
      return Expect(oldest && !attached_.contains(node_of_[oldest]), who + ": its node is there");
    case Overtake::kRing:
    case Overtake::kIndex:
    case Overtake::kTurn:
    case Overtake::kNear:
    case Overtake::kGain:
    case Overtake::kBar:
    case Overtake::kHold:
      return CheckPolicyReason(offer, theirs, who);
    case Overtake::kStation:
      return Expect(oldest && offer.target.kind == TargetKind::kStation, who + " at a seat");
  }
}

/// The reasons that only a switched-on rule gives.
void Invariants::CheckPolicyReason(const MakeOffer& offer, const CallRequest& theirs,
                                   const std::string& who) {
  const CallRequest& mine = requests_[offer.call];
  const QueueConfig& queue = *FindQueue(mine.queue);
  if (offer.overtake == Overtake::kIndex) {
    Expect(queue.order.calls == CallOrder::kConnect, who + " by an index that is not switched on");
  } else if (offer.overtake == Overtake::kTurn) {
    Expect(queue.order.max_priority_run > 0 && PriorityOf(mine) == Priority::kP3 &&
               PriorityOf(theirs) == Priority::kP2,
           who + ": not its turn");
  } else if (offer.overtake == Overtake::kBar) {
    Expect(!MayHear(offer.target, theirs), who + ": nothing bars the older one");
  } else if (offer.overtake == Overtake::kHold) {
    Expect(!mine.preferred_agent.empty() || !theirs.preferred_agent.empty(),
           who + " by an affinity that neither has");
  } else if (offer.overtake == Overtake::kGain) {
    Expect(queue.escalate_by == EscalateBy::kGain && offer.target.kind == TargetKind::kStation,
           who + " by a gain that does not count here");
  } else {
    Expect(queue.rings.size() > 1, who + " by rings that are not there");
  }
}

/// No call that the seat could take, of any of its queues, stood before this one.
void Invariants::CheckOrder(const MakeOffer& offer) {
  Expect(MayHear(offer.target, requests_[offer.call]),
         offer.target.id + " is barred from its call");
  if (offer.target.kind != TargetKind::kSeat) return;
  // Under an index, weights or rings the order is the scenarios' to show.
  const bool plain = std::all_of(config_.queues.begin(), config_.queues.end(), [](auto& queue) {
    return queue.order.calls == CallOrder::kFifo && queue.order.weight == 1 && queue.rings.empty();
  });
  if (!plain || offer.overtake == Overtake::kTurn) return;
  const auto place = [&](CallId id) {
    const CallRequest& request = requests_[id];
    return std::pair(RankOf(PriorityOf(request), request.request_time, config_.priority_step), id);
  };
  for (const CallId other : waiting_) {
    Expect(place(offer.call) < place(other) || !attached_.contains(node_of_[other]) ||
               !Serves(seats_[offer.target.id], requests_[other]),
           absl::StrCat("call ", offer.call.value, " goes before ", other.value));
  }
}

/// A seat has at most one call, a call at most one seat, and both know it.
void Invariants::CheckPairs(const Router& router) {
  for (const SeatView& seat : router.seats()) {
    const bool busy = seat.state == SeatState::kOffered || seat.state == SeatState::kOnCall;
    Expect(busy == bool{seat.call}, seat.profile.seat + " is busy without a call, or has one idly");
    if (!seat.call) continue;
    const auto call = router.FindCall(seat.call);
    Expect(call && call->target == Target{TargetKind::kSeat, seat.profile.seat},
           seat.profile.seat + " has a call that does not have it");
    if (!call) continue;
    Expect(call->state == CallState::kDialling ||
               (call->state == CallState::kOffered) == (seat.state == SeatState::kOffered),
           seat.profile.seat + " and its call disagree");
  }
  for (const CallView& call : router.calls()) {
    const bool busy = call.state == CallState::kOffered || call.state == CallState::kConnected ||
                      call.state == CallState::kHeld || call.state == CallState::kDialling;
    Expect(busy || !call.target, "a waiting call has a target");
    if (!call.target || call.target->kind != TargetKind::kSeat) continue;
    const auto seat = router.FindSeat(call.target->id);
    Expect(seat && seat->call == call.request.call, "a call has a seat that does not have it");
  }
}

void Invariants::CheckNobodyWaitsInVain(const Router& router) {
  for (const CallView& call : router.calls()) {
    if (call.state != CallState::kQueued || !attached_.contains(call.node.name)) continue;
    for (const SeatView& seat : router.seats()) {
      Expect(seat.state != SeatState::kReady || !Serves(seat.profile, call.request) ||
                 IsKeptByRule(router, call, seat.profile),
             absl::StrCat("call ", call.request.call.value, " waits though ", seat.profile.seat,
                          " is ready"));
    }
  }
}

/// Of a call that waits there is a reason for every seat and station.
void Invariants::CheckReasons(const Router& router) {
  if (waiting_.empty()) return;
  const auto why = router.Explain(*waiting_.begin());
  if (!why || !why->candidates) return;
  for (const Candidate& row : why->candidates->rows) {
    Expect(row.why != Exclusion::kNone, row.target.id + " could take a call that waits");
  }
}

/// What is left of an expected wait never grows while one waits, and never falls faster than time.
void Invariants::CheckExpectedWaits(const Router& router, absl::Time now) {
  std::map<CallId, std::pair<absl::Time, CallView>> present;
  for (const CallView& call : router.calls()) {
    if (call.state != CallState::kQueued) continue;
    present.emplace(call.request.call, std::pair(now, call));
    const auto before = told_.find(call.request.call);
    if (before == told_.end()) continue;
    const auto& [then, told] = before->second;
    const std::string who = absl::StrCat("call ", call.request.call.value);
    if (told.expected_wait_80 == absl::ZeroDuration()) {
      continue;  // nothing told yet, or longer than expected: then it may only be told anew
    }
    Expect(call.expected_wait <= told.expected_wait, who + " hears of a longer wait");
    Expect(call.expected_wait_80 <= told.expected_wait_80, who + " hears of a longer wait at most");
    Expect(call.expected_wait >= told.expected_wait - (now - then) ||
               call.expected_wait_80 == absl::ZeroDuration(),
           who + " hears of a wait that falls faster than time");
  }
  told_ = std::move(present);
}

void Invariants::CheckOffers(const Router& router, absl::Time now) {
  Expect(router.next_deadline() > now, "a deadline is due and was not applied");
  for (const CallView& call : router.calls()) {
    if (call.state != CallState::kOffered) continue;
    const absl::Time expiry = expiry_[call.offer];
    Expect(expiry > now && router.next_deadline() <= expiry, "an offer outlives its deadline");
  }
}

void Invariants::CheckStations(const Router& router, absl::Time now) {
  std::map<std::string, uint32_t> busy;
  for (const CallView& call : router.calls()) {
    if (call.target && call.target->kind == TargetKind::kStation) ++busy[call.target->id];
  }
  for (const StationView& station : router.stations(now)) {
    Expect(station.busy == busy[station.id], station.id + " miscounts its calls");
  }
}

void Invariants::CheckQueues(const Router& router, absl::Time now) {
  for (const QueueView& queue : router.queues(now)) {
    QueueView counted;
    for (const CallView& call : router.calls()) {
      if (call.request.queue != queue.id) continue;
      if (call.state == CallState::kQueued) ++counted.waiting;
      if (call.state == CallState::kOffered) ++counted.offered;
      if (call.state == CallState::kConnected || call.state == CallState::kHeld)
        ++counted.connected;
    }
    for (const SeatView& seat : router.seats()) {
      const auto& queues = seat.profile.queues;
      if (std::find(queues.begin(), queues.end(), queue.id) == queues.end()) continue;
      if (seat.state == SeatState::kReady) ++counted.seats_ready;
    }
    Expect(queue.waiting == counted.waiting && queue.offered == counted.offered &&
               queue.connected == counted.connected && queue.seats_ready == counted.seats_ready,
           "queue " + queue.id + " miscounts");
    Expect(queue.seats_signed_in >= queue.seats_ready, "more seats are ready than signed in");
  }
}

/// The counts agree with the outcomes told and the calls alive. (All random days are shorter than
/// 24 h.)
void Invariants::CheckStats(const Router& router, absl::Time now) {
  const AreaStats stats = router.StatsSince(now - absl::Hours(24), now);
  uint64_t open = 0, talking = 0, requested = 0, answered = 0, abandoned = 0, failed = 0;
  for (const CallView& call : router.calls()) {
    const CallId id = call.request.call;
    if (called_back_.contains(id) || outcomes_.contains(id))
      continue;  // came back after it was given up
    ++(call.answer_time ? talking : open);
  }
  for (const auto& [result, count] : results_) {
    Expect(stats.results[static_cast<int>(result) - 1] == count, "a result is miscounted");
    if (IsRequested(result)) requested += count;
    if (IsAnswered(result)) answered += count;
    if (IsAbandoned(result)) abandoned += count;
    if (IsFailed(result)) failed += count;
  }
  Expect(stats.open == open, absl::StrCat("open is ", stats.open, ", not ", open));
  Expect(stats.offered == requested + talking + open, "offered is not what was asked for");
  Expect(stats.connected() == answered + talking, "answered is not what was answered");
  Expect(stats.abandoned == abandoned && stats.failed == failed, "abandoned or failed is wrong");
  Expect(stats.offered == stats.answered + stats.escalated_answered + stats.abandoned +
                              stats.failed + stats.open,
         "the ledger does not balance");
}

CallId Invariants::WithoutOutcome() const {
  for (const auto& [call, request] : requests_) {
    if (called_back_.contains(call) ? callbacks_.contains(call) : !outcomes_.contains(call)) {
      return call;
    }
  }
  return {};
}

/// A named rule keeps the call from the ready seat: a hold for its agent, a ring it is not in yet,
/// or the queue's reserve.
bool Invariants::IsKeptByRule(const Router& router, const CallView& call,
                              const SeatProfile& seat) const {
  const QueueConfig* queue = FindQueue(call.request.queue);
  if (call.held || RingOf(*queue, seat.group) > call.ring) return true;
  if (queue->order.reserved_seats == 0 || PriorityOf(call.request) <= queue->order.reserved_for) {
    return false;
  }
  uint32_t ready = 0;
  for (const SeatView& other : router.seats()) {
    const bool fits = other.state == SeatState::kReady && Serves(other.profile, call.request) &&
                      RingOf(*queue, other.profile.group) <= call.ring;
    if (fits) ++ready;
  }
  return ready <= queue->order.reserved_seats;
}

/// The legal bars.
bool Invariants::MayHear(const SeatProfile& seat, const CallRequest& request) {
  const auto& barred = request.barred;
  return !seat.suspended && seat.clearance >= request.clearance &&
         std::none_of(barred.begin(), barred.end(), [&](const std::string& who) {
           return who == seat.seat || who == seat.agent || who == seat.provider;
         });
}

bool Invariants::MayHear(const Target& target, const CallRequest& request) {
  if (target.kind == TargetKind::kSeat) return MayHear(seats_[target.id], request);
  const auto station = std::find_if(config_.stations.begin(), config_.stations.end(),
                                    [&](auto& s) { return s.id == target.id; });
  const auto& barred = request.barred;
  return station->clearance >= request.clearance &&
         std::find(barred.begin(), barred.end(), target.id) == barred.end();
}

bool Invariants::Serves(const SeatProfile& seat, const CallRequest& request) const {
  return MayHear(seat, request) &&
         std::find(seat.queues.begin(), seat.queues.end(), request.queue) != seat.queues.end() &&
         Fits(request.queue, request.skills, seat.skills);
}

const QueueConfig* Invariants::FindQueue(const std::string& id) const {
  for (const QueueConfig& queue : config_.queues) {
    if (queue.id == id) return &queue;
  }
  return nullptr;
}

Priority Invariants::PriorityOf(const CallRequest& request) const {
  if (request.has_priority) return request.priority;
  const QueueConfig* queue = FindQueue(request.queue);
  return queue == nullptr ? Priority::kP3 : queue->priority;
}

bool Invariants::Fits(const std::string& queue, const std::vector<SkillLevel>& more,
                      const std::vector<SkillLevel>& skills) const {
  for (const QueueConfig& config : config_.queues) {
    if (config.id == queue) return HasSkills(skills, MergeSkills(config.skills, more));
  }
  return false;
}

}  // namespace hotline::router
