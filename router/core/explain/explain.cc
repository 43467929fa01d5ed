#include "router/core/explain/explain.h"

#include <algorithm>
#include <utility>

#include "router/core/policy/call_order.h"
#include "router/core/policy/seat_order.h"

namespace hotline::router {
namespace {

Decision DecisionOf(const Area& area, const Call& call, DecisionKind kind) {
  Decision d{.time = area.now,
             .call = call.request.call,
             .kind = kind,
             .waited = area.now - call.request.request_time,
             .priority = call.priority,
             .ring = call.ring};
  if (call.need == nullptr) return d;
  d.in_reach = call.need->reach;
  d.others_ready = static_cast<uint32_t>(call.need->ready.size());
  if (d.others_ready > 0) d.next_seat = call.need->ready.begin()->seat->profile.seat;
  const auto waiting = static_cast<uint32_t>(call.queue->by_age.size());
  d.others_waiting = waiting - (call.waiting ? 1 : 0);
  return d;
}

/// What the law says of such a seat or station, the first that holds.
template <class Who>
Exclusion Barred(const Who& who, const Requirement& need) {
  if (!IsBarred(who, need)) return Exclusion::kNone;
  return who.clearance < need.clearance ? Exclusion::kClearance : Exclusion::kConflict;
}

Exclusion WhyNot(const Seat& seat, const Call& call) {
  const Requirement& need = *call.need;
  const Exclusion law = Barred(seat.profile, need);
  if (law != Exclusion::kNone) return seat.profile.suspended ? Exclusion::kSuspended : law;
  const auto& queues = seat.profile.queues;
  if (!std::binary_search(queues.begin(), queues.end(), need.queue->id)) {
    return Exclusion::kOtherQueue;
  }
  if (!HasSkills(seat.profile.skills, need.needs)) return Exclusion::kSkill;
  if (RingOf(*need.queue, seat.profile.group) > need.ring) return Exclusion::kRing;
  if (seat.state != SeatState::kReady) return Exclusion::kState;
  if (call.held_for != nullptr && call.held_for != &seat) return Exclusion::kHeld;
  if (call.state != CallState::kQueued) return Exclusion::kNone;
  // Every possible pair is made in the Step that made it possible: what is left is the reserve.
  if (call.matching) return Exclusion::kReserved;
  return call.away() ? Exclusion::kRestsBack : Exclusion::kNode;
}

Exclusion WhyNot(const Area& area, const Station& station, const Call& call) {
  const Exclusion law = Barred(*station.config, *call.need);
  if (law != Exclusion::kNone) return law;
  const auto& skills = station.config->skills;
  if (!skills.empty() && !HasSkills(skills, call.need->needs)) return Exclusion::kSkill;
  const auto& visited = call.visited;
  if (std::find(visited.begin(), visited.end(), &station) != visited.end()) {
    return Exclusion::kVisited;
  }
  if (!station.open) return Exclusion::kClosed;
  if (station.rest_until > area.now) return Exclusion::kRests;
  if (station.busy >= station.config->capacity) return Exclusion::kFull;
  if (call.state != CallState::kQueued) return Exclusion::kNone;
  if (!call.matching) return call.away() ? Exclusion::kRestsBack : Exclusion::kNode;
  return call.wanting ? Exclusion::kNone : Exclusion::kNotYet;
}

bool GoesFirst(const Candidate& a, const Candidate& b) {
  if (a.why != b.why) return a.why < b.why;
  if (a.target.kind != b.target.kind) return a.target.kind < b.target.kind;
  if (a.ring != b.ring) return a.ring < b.ring;
  if (a.key != b.key) return a.key < b.key;
  if (a.ready_for != b.ready_for) return a.ready_for > b.ready_for;
  return a.target.id < b.target.id;
}

Candidate CandidateOf(const Area& area, const Seat& seat, const Call& call) {
  Candidate row{.target = {TargetKind::kSeat, seat.profile.seat},
                .why = WhyNot(seat, call),
                .state = seat.state,
                .ring = RingOf(*call.need->queue, seat.profile.group)};
  if (seat.state == SeatState::kReady) {
    row.key = SeatKey(call.need->queue->order.seats, seat, call.need->needs, area.config.seed);
    row.ready_for = area.now - seat.ready_since;
  }
  return row;
}

}  // namespace

void NoteWaits(Area& area, Call& call) {
  if (!area.decisions.on()) return;
  Decision d = DecisionOf(area, call, DecisionKind::kWaits);
  if (call.features) {
    const auto expected = call.request.request_time + absl::Seconds(call.expected_mean);
    d.expected_wait = std::max(expected - area.now, absl::ZeroDuration());
  }
  area.decisions.Add(std::move(d));
}

void NoteHeld(Area& area, Call& call) {
  if (!area.decisions.on()) return;
  Decision d = DecisionOf(area, call, DecisionKind::kHeld);
  d.target = Target{TargetKind::kSeat, call.held_for->profile.seat};
  area.decisions.Add(std::move(d));
}

void NoteHoldOver(Area& area, Call& call) {
  if (area.decisions.on()) area.decisions.Add(DecisionOf(area, call, DecisionKind::kHoldOver));
}

void NoteWidened(Area& area, Call& call) {
  if (area.decisions.on()) area.decisions.Add(DecisionOf(area, call, DecisionKind::kWidened));
}

void NoteOffered(Area& area, Call& call, Overtake overtake) {
  if (!area.decisions.on()) return;
  Decision d = DecisionOf(area, call, DecisionKind::kOffered);
  d.target = TargetOf(call);
  d.overtake = overtake;
  if (call.seat != nullptr) {
    const HeadScore head = ScoreOf({&area.learned, area.matcher.enrolled(), area.now}, call);
    d.capped = head.capped;
    d.score = head.score;
  }
  const uint32_t every = area.config.explain.full_every;
  if (every > 0 && call.offer.value % every == 0) {
    d.candidates = LookAtAll(area, call, kMaxSampledCandidates, kMaxSampledSeats);
  }
  area.decisions.Add(std::move(d));
}

void NoteOfferOver(Area& area, Call& call, OfferFailure why) {
  if (!area.decisions.on()) return;
  Decision d = DecisionOf(area, call, DecisionKind::kOfferOver);
  d.target = TargetOf(call);
  d.failure = why;
  area.decisions.Add(std::move(d));
}

void NoteReleased(Area& area, Call& call) {
  if (!area.decisions.on()) return;
  Decision d = DecisionOf(area, call, DecisionKind::kReleased);
  d.cause = call.release_cause;
  area.decisions.Add(std::move(d));
}

void NoteCallback(Area& area, Call& call, DecisionKind kind, CallbackResult result) {
  if (!area.decisions.on()) return;
  Decision d = DecisionOf(area, call, kind);
  d.target = TargetOf(call);
  d.result = result;
  if (call.callback) d.attempts = call.callback->attempts;
  area.decisions.Add(std::move(d));
}

Candidates LookAtAll(const Area& area, const Call& call, size_t max_rows, size_t max_seats) {
  Candidates all;
  size_t looked = 0;
  for (const auto& [id, seat] : area.seats) {
    if (!seat->enrolled) continue;
    if (looked == max_seats) {
      all.unseen = static_cast<uint32_t>(area.matcher.enrolled() - looked);
      break;
    }
    ++looked;
    all.rows.push_back(CandidateOf(area, *seat, call));
  }
  for (const Station* station : call.queue->pool) {
    all.rows.push_back({.target = {TargetKind::kStation, station->config->id},
                        .why = WhyNot(area, *station, call)});
  }
  const size_t shown = std::min(all.rows.size(), max_rows);
  const auto end = all.rows.begin() + static_cast<std::ptrdiff_t>(shown);
  std::partial_sort(all.rows.begin(), end, all.rows.end(), GoesFirst);
  all.left_off = static_cast<uint32_t>(all.rows.size() - shown);
  all.rows.resize(shown);
  return all;
}

std::optional<Explanation> ExplainCall(const Area& area, CallId id) {
  Explanation out{
      .call = id, .policy_version = area.policy_version, .decisions = area.decisions.Of(id)};
  const Call* call = area.FindCall(id);
  out.live = call != nullptr;
  if (!out.live && out.decisions.empty()) return std::nullopt;
  if (out.live && call->state == CallState::kQueued && call->queue != nullptr) {
    out.candidates = LookAtAll(area, *call, kMaxCandidates, kMaxSeatsLookedAt);
  }
  return out;
}

}  // namespace hotline::router
