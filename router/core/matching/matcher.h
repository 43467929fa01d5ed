// Which ready seat fits which waiting call: the index that makes a match cheap.
//
// Calls with the same queue and skills share a Requirement; each holds its waiting calls in order
// of service and its ready seats in order of idleness. A freed seat looks at the heads of the few
// requirements it can serve, a new call at the head of its own: nothing scans seats × calls.
// Changes of one Step are collected, and TakeMatches() pairs them in the order of the calls.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"

#include "router/core/state/entities.h"

namespace hotline::router {

/// What a call needs, shared by all that need the same.
struct Requirement {
  const QueueConfig* queue = nullptr;
  std::vector<SkillLevel> needs;  ///< sorted by skill, one of each
  absl::btree_set<CallPlace> waiting;
  absl::btree_set<SeatPlace> ready;
  uint32_t reach = 0;  ///< seats that serve it or will again: signed in, alive, not about to leave
  uint32_t calls = 0;  ///< live calls that hold it
  bool reach_changed = false;
};

/// Returns whether sorted `skills` hold every one of sorted `needs` at its level or above.
bool HasSkills(const std::vector<SkillLevel>& skills, const std::vector<SkillLevel>& needs);

/// Returns both lists as one, sorted, with the higher level where both name a skill.
std::vector<SkillLevel> MergeSkills(std::vector<SkillLevel> a, const std::vector<SkillLevel>& b);

class Matcher {
 public:
  struct Match {
    Call* call;
    Seat* seat;
  };

  /// Requirements nobody holds are kept up to this many, then forgotten.
  static constexpr size_t kMaxIdleRequirements = 1024;

  /// Gives `call` its requirement. Requires: call.queue is set.
  void Hold(Call& call);
  void Drop(Call& call);

  /// Puts a call in line, and takes it out. Both may be repeated.
  void AddWaiting(Call& call);
  void RemoveWaiting(Call& call);

  /// Begins and ends a sign-in: only enrolled seats count and match. Again after a change of
  /// profile.
  void Enrol(Seat& seat);
  void Dismiss(Seat& seat);

  /// Requires: the seat is enrolled. Both may be repeated.
  void AddReady(Seat& seat);
  void RemoveReady(Seat& seat);
  void SetInReach(Seat& seat, bool in_reach);

  /// Returns whether a ready seat could take a call with this requirement.
  bool HasReadySeat(const Requirement& need) const;

  /// Takes all pairs that this Step made possible out of the index: best call first, each with the
  /// seat that has been idle longest.
  std::vector<Match> TakeMatches();

  /// Takes the requirements whose reach went to or from zero since the last call, in order.
  std::vector<Requirement*> TakeReachChanges();

 private:
  using Key = std::pair<std::string, std::vector<SkillLevel>>;  // queue, needs

  void Forget(std::map<Key, std::unique_ptr<Requirement>>::iterator it);
  void Index(Seat& seat);
  Call* BestCall(const Seat& seat) const;
  Match Take(Call& call, Seat& seat);

  // std::map: a requirement's address and iterators stay while others come and go.
  std::map<Key, std::unique_ptr<Requirement>> requirements_;
  size_t idle_requirements_ = 0;
  absl::btree_map<std::string, Seat*, std::less<>> enrolled_;
  std::vector<Seat*> fresh_seats_;
  absl::btree_set<CallPlace> fresh_calls_;
  std::vector<Requirement*> reach_changes_;
};

}  // namespace hotline::router
