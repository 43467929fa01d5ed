#include "router/core/matching/matcher.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "router/core/policy/seat_order.h"
#include "services/base/check.h"

namespace hotline::router {
namespace {

bool Serves(const Seat& seat, const Requirement& need) {
  const auto& queues = seat.profile.queues;
  return std::binary_search(queues.begin(), queues.end(), need.queue->id) &&
         HasSkills(seat.profile.skills, need.needs) &&
         RingOf(*need.queue, seat.profile.group) <= need.ring && !IsBarred(seat.profile, need);
}

/// The name under which calls that need the same are learnt of, in whatever ring.
std::string ClassName(const Requirement& need, Priority priority) {
  std::string name = need.queue->id;
  for (const SkillLevel& s : need.needs) absl::StrAppend(&name, " ", s.skill, ":", s.level);
  if (priority != Priority::kP3) absl::StrAppend(&name, " P", static_cast<int>(priority));
  return name;
}

constexpr auto kNormal = static_cast<size_t>(Priority::kP3);

bool NormalWaits(const Seat& seat, const Queue& queue) {
  return std::any_of(seat.serves.begin(), seat.serves.end(), [&](const Serving& serving) {
    return serving.need->queue == queue.config && !serving.need->lines[kNormal].waiting.empty();
  });
}

/// Keeps count of the calls of priority groups that went before normal ones.
void CountTurn(const Call& call, const Seat& seat) {
  Queue& queue = *call.queue;
  if (call.priority == Priority::kP3) queue.priority_run = 0;
  if (call.priority != Priority::kP2) return;
  queue.priority_run = NormalWaits(seat, queue) ? queue.priority_run + 1 : 0;
}

}  // namespace

size_t Requirement::waiting() const {
  size_t count = 0;
  for (const Line& line : lines) count += line.waiting.size();
  return count;
}

bool Requirement::Bars(const std::string& who) const {
  return std::binary_search(barred.begin(), barred.end(), who);
}

bool IsBarred(const SeatProfile& seat, const Requirement& need) {
  return seat.suspended || seat.clearance < need.clearance || need.Bars(seat.seat) ||
         need.Bars(seat.agent) || need.Bars(seat.provider);
}

bool IsBarred(const StationConfig& station, const Requirement& need) {
  return station.clearance < need.clearance || need.Bars(station.id);
}

uint32_t RingOf(const QueueConfig& queue, const std::string& group) {
  if (queue.rings.empty()) return 0;
  for (uint32_t i = 0; i < queue.rings.size(); ++i) {
    const auto& groups = queue.rings[i].groups;
    if (groups.empty() || std::find(groups.begin(), groups.end(), group) != groups.end()) return i;
  }
  return kMaxRings;
}

bool HasSkills(const std::vector<SkillLevel>& skills, const std::vector<SkillLevel>& needs) {
  auto has = skills.begin();
  for (const SkillLevel& need : needs) {
    while (has != skills.end() && has->skill < need.skill) ++has;
    if (has == skills.end() || has->skill != need.skill || has->level < need.level) return false;
  }
  return true;
}

std::vector<SkillLevel> MergeSkills(std::vector<SkillLevel> a, const std::vector<SkillLevel>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end(), [](const SkillLevel& x, const SkillLevel& y) {
    return x.skill != y.skill ? x.skill < y.skill : x.level > y.level;
  });
  const auto same = [](const SkillLevel& x, const SkillLevel& y) {
    return x.skill == y.skill;
  };
  a.erase(std::unique(a.begin(), a.end(), same), a.end());
  return a;
}

void Matcher::Hold(Call& call) {
  const QueueConfig& queue = *call.queue->config;
  Key key{queue.id, MergeSkills(queue.skills, call.request.skills), call.ring, call.request.barred,
          call.request.clearance};
  auto [it, added] = requirements_.try_emplace(std::move(key));
  if (added) {
    const auto& needs = std::get<1>(it->first);
    it->second = std::make_unique<Requirement>(&queue, needs, call);
    Requirement& need = *it->second;
    for (auto& [id, seat] : enrolled_) {
      if (!Serves(*seat, need)) continue;
      seat->serves.push_back({&need, RingOf(queue, seat->profile.group)});
      if (seat->in_reach) ++need.reach;
      if (seat->in_ready) need.ready.insert(PlaceOf(*seat, seat->serves.back()));
    }
  } else if (it->second->calls == 0) {
    --idle_requirements_;
  }
  call.need = it->second.get();
  ++call.need->calls;
  Line& line = call.need->LineOf(call.priority);
  if (line.record == nullptr) line.record = &learned_.Of(ClassName(*call.need, call.priority));
  call.record = line.record;
}

void Matcher::Drop(Call& call) {
  Requirement* need = std::exchange(call.need, nullptr);
  if (need == nullptr || --need->calls > 0) return;
  ++idle_requirements_;
  if (idle_requirements_ <= kMaxIdleRequirements) return;
  Forget(requirements_.find(KeyOf(*need)));
}

void Matcher::Forget(std::map<Key, std::unique_ptr<Requirement>>::iterator it) {
  Requirement* need = it->second.get();
  HOTLINE_CHECK(need->calls == 0 && need->waiting() == 0,
                "a forgotten requirement is held by a call");
  for (auto& [id, seat] : enrolled_) {
    std::erase_if(seat->serves, [&](const Serving& serving) { return serving.need == need; });
  }
  std::erase(reach_changes_, need);
  std::erase_if(fresh_lines_, [&](const Line* line) { return line->need == need; });
  requirements_.erase(it);
  --idle_requirements_;
}

void Matcher::AddWaiting(Call& call) {
  if (call.matching) return;
  call.matching = true;
  ++waiting_;
  if (call.held_for != nullptr) {
    call.held_for->wanted_by.insert(call.place());
    return;
  }
  Line& line = call.need->lines[static_cast<size_t>(call.priority)];
  line.waiting.insert(call.place());
  MarkFresh(line);
}

void Matcher::RemoveWaiting(Call& call) {
  if (!call.matching) return;
  call.matching = false;
  --waiting_;
  if (Seat* seat = std::exchange(call.held_for, nullptr)) {
    seat->wanted_by.erase(call.place());
    return;
  }
  call.need->lines[static_cast<size_t>(call.priority)].waiting.erase(call.place());
}

void Matcher::EndHold(Call& call) {
  if (call.held_for == nullptr) return;
  RemoveWaiting(call);
  call.hold_until = absl::InfinitePast();
  AddWaiting(call);
}

Seat* Matcher::SeatOf(const std::string& agent) const {
  const auto it = agents_.lower_bound({agent, ""});
  return it == agents_.end() || it->first.first != agent ? nullptr : it->second;
}

bool Matcher::CanServe(const Seat& seat, const Requirement& need) {
  return Serves(seat, need);
}

void Matcher::LookAgain(Call& call) {
  if (call.matching && call.held_for == nullptr)
    MarkFresh(call.need->lines[static_cast<size_t>(call.priority)]);
}

void Matcher::MarkFresh(Line& line) {
  if (line.fresh) return;
  line.fresh = true;
  fresh_lines_.push_back(&line);
}

void Matcher::Enrol(Seat& seat) {
  Dismiss(seat);
  seat.enrolled = true;
  enrolled_.emplace(seat.profile.seat, &seat);
  if (!seat.profile.agent.empty()) {
    agents_.emplace(std::pair(seat.profile.agent, seat.profile.seat), &seat);
  }
  for (auto& [key, need] : requirements_) {
    if (!Serves(seat, *need)) continue;
    seat.serves.push_back({need.get(), RingOf(*need->queue, seat.profile.group)});
  }
}

void Matcher::Dismiss(Seat& seat) {
  if (!seat.enrolled) return;
  RemoveReady(seat);
  SetInReach(seat, false);
  seat.serves.clear();
  seat.enrolled = false;
  enrolled_.erase(seat.profile.seat);
  agents_.erase({seat.profile.agent, seat.profile.seat});
  HOTLINE_CHECK(seat.wanted_by.empty(), "calls are held for a seat where nobody sits");
}

void Matcher::AddReady(Seat& seat) {
  HOTLINE_CHECK(seat.enrolled, "a seat is ready but nobody is signed in");
  if (seat.in_ready || seat.fresh) return;
  seat.fresh = true;  // TakeMatches() indexes it, unless it has a call by then
  fresh_seats_.push_back(&seat);
}

void Matcher::RemoveReady(Seat& seat) {
  if (seat.fresh) std::erase(fresh_seats_, &seat);
  seat.fresh = false;
  if (!seat.in_ready) return;
  seat.in_ready = false;
  for (const Serving& serving : seat.serves) serving.need->ready.erase(PlaceOf(seat, serving));
}

SeatPlace Matcher::PlaceOf(Seat& seat, const Serving& serving) const {
  const Requirement& need = *serving.need;
  return {serving.ring, SeatKey(need.queue->order.seats, seat, need.needs, seed_), seat.ready_since,
          &seat};
}

void Matcher::Index(Seat& seat) {
  seat.in_ready = true;
  for (const Serving& serving : seat.serves) serving.need->ready.insert(PlaceOf(seat, serving));
}

void Matcher::SetInReach(Seat& seat, bool in_reach) {
  if (seat.in_reach == in_reach) return;
  seat.in_reach = in_reach;
  for (const Serving& serving : seat.serves) {
    Requirement* need = serving.need;
    need->reach += in_reach ? 1 : -1;
    const bool flipped = in_reach ? need->reach == 1 : need->reach == 0;
    if (!flipped || need->reach_changed) continue;
    need->reach_changed = true;
    reach_changes_.push_back(need);
  }
}

bool Matcher::HasReadySeat(const Requirement& need) const {
  return !need.ready.empty() || std::any_of(fresh_seats_.begin(), fresh_seats_.end(),
                                            [&](const Seat* seat) { return Serves(*seat, need); });
}

OrderContext Matcher::ContextAt(absl::Time now) const {
  return {&learned_, enrolled_.size(), now};
}

bool Matcher::MayTake(const HeadScore& head, size_t ready) {
  const OrderRules& rules = head.place.call->need->queue->order;
  return rules.reserved_seats == 0 || head.place.call->priority <= rules.reserved_for ||
         head.capped || ready > rules.reserved_seats;
}

/// The best head of all lines that the freed seat, not yet among the ready ones, may serve.
Call* Matcher::BestCall(const Seat& seat, absl::Time now) const {
  const OrderContext context = ContextAt(now);
  std::optional<HeadScore> best;
  if (!seat.wanted_by.empty()) best = ScoreOf(context, *seat.wanted_by.begin()->call);
  const bool wanted = best.has_value();
  for (const Serving& serving : seat.serves) {
    const Requirement& need = *serving.need;
    for (const Line& line : need.lines) {
      if (line.waiting.empty()) continue;
      HeadScore head = ScoreOf(context, *line.waiting.begin()->call);
      if (wanted && head.place.rank >= 0) continue;  // only a crisis goes before who is held for it
      if (!MayTake(head, need.ready.size() + 1)) continue;
      if (serving.ring == 0 && need.queue->rings.size() > 1) {
        head.factor *= need.queue->near_weight;
        head.score *= need.queue->near_weight;
      }
      if (!best || GoesBefore(head, *best)) best = head;
    }
  }
  if (best && best->place.call->held_for != nullptr) return best->place.call;
  return best ? NextInTurn(seat, *best->place.call, now) : nullptr;
}

/// `best`, or the best normal call, if priority groups have gone before these often enough.
Call* Matcher::NextInTurn(const Seat& seat, Call& best, absl::Time now) const {
  const OrderRules& rules = best.need->queue->order;
  if (best.priority != Priority::kP2 || rules.max_priority_run == 0 ||
      best.queue->priority_run < rules.max_priority_run) {
    return &best;
  }
  const OrderContext context = ContextAt(now);
  std::optional<HeadScore> next;
  for (const Serving& serving : seat.serves) {
    const Line& line = serving.need->lines[kNormal];
    if (serving.need->queue != best.need->queue || line.waiting.empty()) continue;
    const HeadScore head = ScoreOf(context, *line.waiting.begin()->call);
    if (!MayTake(head, serving.need->ready.size() + (seat.in_ready ? 0 : 1))) continue;
    if (!next || GoesBefore(head, *next)) next = head;
  }
  return next ? next->place.call : &best;
}

Matcher::Match Matcher::Take(Call& call, Seat& seat) {
  CountTurn(call, seat);
  RemoveWaiting(call);
  RemoveReady(seat);
  return {&call, &seat};
}

std::vector<Matcher::Match> Matcher::TakeMatches(absl::Time now) {
  std::vector<Match> matches;
  if (fresh_seats_.empty() && fresh_lines_.empty()) return matches;
  if (fresh_seats_.size() == 1 && fresh_lines_.empty()) {
    // The everyday case: one freed seat takes the best waiting call without being indexed first.
    Seat& seat = *fresh_seats_.front();
    if (Call* call = BestCall(seat, now)) return {Take(*call, seat)};
  }
  for (Seat* seat : std::exchange(fresh_seats_, {})) {
    seat->fresh = false;
    if (!seat->wanted_by.empty()) {
      matches.push_back(Take(*BestCall(*seat, now), *seat));
      continue;
    }
    Index(*seat);
    for (const Serving& serving : seat->serves) {
      for (Line& line : serving.need->lines) {
        if (!line.waiting.empty()) MarkFresh(line);
      }
    }
  }
  // Every new pair has a fresh line: of a new call, or one that a fresh seat serves. The best head
  // among them takes the first seat of its requirement, until no head finds a seat.
  const OrderContext context = ContextAt(now);
  const auto next = [&]() -> Call* {
    std::optional<HeadScore> best;
    for (const Line* line : fresh_lines_) {
      if (line->waiting.empty() || line->need->ready.empty()) continue;
      const HeadScore head = ScoreOf(context, *line->waiting.begin()->call);
      if (!MayTake(head, line->need->ready.size())) continue;
      if (!best || GoesBefore(head, *best)) best = head;
    }
    return best ? best->place.call : nullptr;
  };
  while (Call* call = next()) {
    const bool crisis = call->priority == Priority::kP0;  // the nearest seat is the best for it
    Seat* seat = crisis ? nullptr : SeatOf(call->request.preferred_agent);
    const bool free = seat != nullptr && seat->in_ready && Serves(*seat, *call->need);
    if (!free) seat = call->need->ready.begin()->seat;
    matches.push_back(Take(free ? *call : *NextInTurn(*seat, *call, now), *seat));
  }
  for (Line* line : std::exchange(fresh_lines_, {})) line->fresh = false;
  return matches;
}

void Matcher::Calm() {
  for (Seat* seat : std::exchange(fresh_seats_, {})) {
    seat->fresh = false;
    Index(*seat);
  }
  for (Line* line : std::exchange(fresh_lines_, {})) line->fresh = false;
}

std::vector<Requirement*> Matcher::TakeReachChanges() {
  for (Requirement* need : reach_changes_) need->reach_changed = false;
  return std::exchange(reach_changes_, {});
}

}  // namespace hotline::router
