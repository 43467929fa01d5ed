// Which ready seat fits which waiting call: the index that makes a match cheap.
//
// Calls with the same queue, skills and ring share a Requirement; each holds its waiting calls in a
// line per priority, by age, and its ready seats in the queue's seat order. A freed seat compares
// the heads of the few lines it can serve (policy/call_order.h), a new call looks at its own
// requirement's first seat: nothing scans seats × calls. Changes of one Step are collected, and
// TakeMatches() pairs them.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"

#include "router/core/policy/call_order.h"
#include "router/core/state/entities.h"

namespace hotline::router {

inline constexpr size_t kPriorities = 4;

/// Calls of one requirement and priority, by age.
struct Line {
  Requirement* need = nullptr;
  absl::btree_set<CallPlace> waiting;
  ClassRecord* record = nullptr;  ///< what is learnt of such calls, in whatever ring
  bool fresh = false;             ///< to be looked at by TakeMatches
};

/// What a call needs, shared by all that need the same.
struct Requirement {
  Requirement(const QueueConfig* q, std::vector<SkillLevel> n, const Call& call)
      : queue(q),
        needs(std::move(n)),
        ring(call.ring),
        barred(call.request.barred),
        clearance(call.request.clearance) {
    for (Line& line : lines) line.need = this;
  }

  const QueueConfig* queue;
  std::vector<SkillLevel> needs;    ///< sorted by skill, one of each
  uint32_t ring;                    ///< seats up to this ring serve it
  std::vector<std::string> barred;  ///< who may not take such calls; sorted
  uint32_t clearance;               ///< the least that whoever takes them must have
  std::array<Line, kPriorities> lines;
  absl::btree_set<SeatPlace> ready;
  uint32_t reach = 0;  ///< seats that serve it or will again: signed in, alive, not about to leave
  uint32_t calls = 0;  ///< live calls that hold it
  bool reach_changed = false;

  size_t waiting() const;
  bool Bars(const std::string& who) const;

  Line& LineOf(Priority priority) { return lines[static_cast<size_t>(priority)]; }
};

/// Returns whether sorted `skills` hold every one of sorted `needs` at its level or above.
bool HasSkills(const std::vector<SkillLevel>& skills, const std::vector<SkillLevel>& needs);

/// Returns both lists as one, sorted, with the higher level where both name a skill.
std::vector<SkillLevel> MergeSkills(std::vector<SkillLevel> a, const std::vector<SkillLevel>& b);

/// Returns whether the law keeps such calls from the seat: a conflict of interest, a secret above
/// its clearance, a suspended provider.
bool IsBarred(const SeatProfile& seat, const Requirement& need);
bool IsBarred(const StationConfig& station, const Requirement& need);

/// Returns the ring in which a seat of `group` serves `queue`, or kMaxRings if it never does.
uint32_t RingOf(const QueueConfig& queue, const std::string& group);

class Matcher {
 public:
  struct Match {
    Call* call;
    Seat* seat;
  };

  /// Requirements nobody holds are kept up to this many, then forgotten.
  static constexpr size_t kMaxIdleRequirements = 1024;

  /// Requires: `learned` outlives the matcher.
  Matcher(Learned& learned, uint64_t seed) : learned_(learned), seed_(seed) {}

  /// Gives `call` its requirement, by its queue, skills and ring. Requires: call.queue is set.
  void Hold(Call& call);
  void Drop(Call& call);

  /// Returns the (first) seat where `agent` is signed in, or null.
  Seat* SeatOf(const std::string& agent) const;
  /// Returns whether the seat could ever take a call with this requirement.
  static bool CanServe(const Seat& seat, const Requirement& need);

  /// Puts a call in line, and takes it out. Both may be repeated. One that is held for a seat waits
  /// for that seat alone until EndHold.
  void AddWaiting(Call& call);
  void RemoveWaiting(Call& call);
  void EndHold(Call& call);
  /// Says that a rule that kept a waiting call from a ready seat may hold no more.
  void LookAgain(Call& call);

  /// Begins and ends a sign-in: only enrolled seats count and match. Again after a change of
  /// profile.
  void Enrol(Seat& seat);
  /// Dismiss requires: no call is held for the seat.
  void Dismiss(Seat& seat);

  /// Requires: the seat is enrolled. Both may be repeated.
  void AddReady(Seat& seat);
  void RemoveReady(Seat& seat);
  void SetInReach(Seat& seat, bool in_reach);

  /// Returns whether a ready seat could take a call with this requirement.
  bool HasReadySeat(const Requirement& need) const;

  /// Takes all pairs that this Step made possible out of the index, in the order of the calls, each
  /// with the first seat in the queue's seat order.
  std::vector<Match> TakeMatches(absl::Time now);

  /// After a restore: what was settled before the snapshot is not looked at again.
  void Calm();

  /// Takes the requirements whose reach went to or from zero since the last call, in order.
  std::vector<Requirement*> TakeReachChanges();

  /// Calls `f(const Line&)` for each line with waiting calls, in order of queue and needs.
  template <class F>
  void ForEachLine(const F& f) const {
    for (const auto& [key, need] : requirements_) {
      for (const Line& line : need->lines) {
        if (!line.waiting.empty()) f(line);
      }
    }
  }

  size_t enrolled() const { return enrolled_.size(); }

  size_t waiting() const { return waiting_; }

 private:
  // Queue, needs, ring, barred, clearance.
  using Key = std::tuple<std::string, std::vector<SkillLevel>, uint32_t, std::vector<std::string>,
                         uint32_t>;

  static Key KeyOf(const Requirement& need) {
    return {need.queue->id, need.needs, need.ring, need.barred, need.clearance};
  }

  void Forget(std::map<Key, std::unique_ptr<Requirement>>::iterator it);
  SeatPlace PlaceOf(Seat& seat, const Serving& serving) const;
  void Index(Seat& seat);
  void MarkFresh(Line& line);
  OrderContext ContextAt(absl::Time now) const;
  /// Returns whether the queue's reserve leaves a seat for the head `call` with `ready` seats.
  static bool MayTake(const HeadScore& head, size_t ready);
  Call* BestCall(const Seat& seat, absl::Time now) const;
  Call* NextInTurn(const Seat& seat, Call& best, absl::Time now) const;
  Match Take(Call& call, Seat& seat);

  Learned& learned_;
  uint64_t seed_;
  // std::map: a requirement's address and iterators stay while others come and go.
  std::map<Key, std::unique_ptr<Requirement>> requirements_;
  size_t idle_requirements_ = 0;
  size_t waiting_ = 0;
  absl::btree_map<std::string, Seat*, std::less<>> enrolled_;
  absl::btree_map<std::pair<std::string, std::string>, Seat*> agents_;  // agent, seat
  std::vector<Seat*> fresh_seats_;
  std::vector<Line*> fresh_lines_;
  std::vector<Requirement*> reach_changes_;
};

}  // namespace hotline::router
