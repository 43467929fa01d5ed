#include "router/core/matching/matcher.h"

#include <algorithm>

#include "services/base/check.h"

namespace hotline::router {
namespace {

bool Serves(const Seat& seat, const Requirement& need) {
  const auto& queues = seat.profile.queues;
  return std::binary_search(queues.begin(), queues.end(), need.queue->id) &&
         HasSkills(seat.profile.skills, need.needs);
}

}  // namespace

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
  Key key{queue.id, MergeSkills(queue.skills, call.request.skills)};
  auto [it, added] = requirements_.try_emplace(std::move(key));
  if (added) {
    it->second =
        std::make_unique<Requirement>(Requirement{.queue = &queue, .needs = it->first.second});
    Requirement& need = *it->second;
    for (auto& [id, seat] : enrolled_) {
      if (!Serves(*seat, need)) continue;
      seat->serves.push_back(&need);
      if (seat->in_reach) ++need.reach;
      if (seat->in_ready) need.ready.insert({seat->ready_since, seat});
    }
  } else if (it->second->calls == 0) {
    --idle_requirements_;
  }
  call.need = it->second.get();
  ++call.need->calls;
}

void Matcher::Drop(Call& call) {
  Requirement* need = std::exchange(call.need, nullptr);
  if (need == nullptr || --need->calls > 0) return;
  ++idle_requirements_;
  if (idle_requirements_ <= kMaxIdleRequirements) return;
  Forget(requirements_.find(Key{need->queue->id, need->needs}));
}

void Matcher::Forget(std::map<Key, std::unique_ptr<Requirement>>::iterator it) {
  Requirement* need = it->second.get();
  HOTLINE_CHECK(need->calls == 0 && need->waiting.empty(),
                "a forgotten requirement is held by a call");
  for (auto& [id, seat] : enrolled_) std::erase(seat->serves, need);
  std::erase(reach_changes_, need);
  requirements_.erase(it);
  --idle_requirements_;
}

void Matcher::AddWaiting(Call& call) {
  if (call.matching) return;
  call.matching = true;
  call.need->waiting.insert(call.place());
  fresh_calls_.insert(call.place());
}

void Matcher::RemoveWaiting(Call& call) {
  if (!call.matching) return;
  call.matching = false;
  call.need->waiting.erase(call.place());
  fresh_calls_.erase(call.place());
}

void Matcher::Enrol(Seat& seat) {
  Dismiss(seat);
  seat.enrolled = true;
  enrolled_.emplace(seat.profile.seat, &seat);
  for (auto& [key, need] : requirements_) {
    if (Serves(seat, *need)) seat.serves.push_back(need.get());
  }
}

void Matcher::Dismiss(Seat& seat) {
  if (!seat.enrolled) return;
  RemoveReady(seat);
  SetInReach(seat, false);
  seat.serves.clear();
  seat.enrolled = false;
  enrolled_.erase(seat.profile.seat);
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
  for (Requirement* need : seat.serves) need->ready.erase({seat.ready_since, &seat});
}

void Matcher::Index(Seat& seat) {
  seat.in_ready = true;
  for (Requirement* need : seat.serves) need->ready.insert({seat.ready_since, &seat});
}

void Matcher::SetInReach(Seat& seat, bool in_reach) {
  if (seat.in_reach == in_reach) return;
  seat.in_reach = in_reach;
  for (Requirement* need : seat.serves) {
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

Call* Matcher::BestCall(const Seat& seat) const {
  const CallPlace* best = nullptr;
  for (const Requirement* need : seat.serves) {
    if (need->waiting.empty()) continue;
    const CallPlace& head = *need->waiting.begin();
    if (best == nullptr || head < *best) best = &head;
  }
  return best == nullptr ? nullptr : best->call;
}

Matcher::Match Matcher::Take(Call& call, Seat& seat) {
  RemoveWaiting(call);
  RemoveReady(seat);
  return {&call, &seat};
}

std::vector<Matcher::Match> Matcher::TakeMatches() {
  std::vector<Match> matches;
  if (fresh_seats_.empty() && fresh_calls_.empty()) return matches;
  if (fresh_seats_.size() == 1 && fresh_calls_.empty()) {
    // The everyday case: one freed seat takes the best waiting call without being indexed first.
    Seat& seat = *fresh_seats_.front();
    if (Call* call = BestCall(seat)) return {Take(*call, seat)};
  }
  for (Seat* seat : std::exchange(fresh_seats_, {})) {
    seat->fresh = false;
    Index(*seat);
    for (const Requirement* need : seat->serves) {
      if (!need->waiting.empty()) fresh_calls_.insert(*need->waiting.begin());
    }
  }
  // Every new pair has a fresh call, or a fresh seat and the head of a line that it serves: walk
  // these in order. When a head is taken and a ready seat is left, the next in line steps up.
  while (!fresh_calls_.empty()) {
    Call& call = *fresh_calls_.begin()->call;
    fresh_calls_.erase(fresh_calls_.begin());
    const Requirement& need = *call.need;
    if (need.ready.empty()) continue;
    Seat& seat = *need.ready.begin()->seat;
    matches.push_back(Take(call, seat));
    if (!need.waiting.empty() && !need.ready.empty()) fresh_calls_.insert(*need.waiting.begin());
  }
  return matches;
}

std::vector<Requirement*> Matcher::TakeReachChanges() {
  for (Requirement* need : reach_changes_) need->reach_changed = false;
  return std::exchange(reach_changes_, {});
}

}  // namespace hotline::router
