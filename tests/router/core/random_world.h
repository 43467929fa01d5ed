// A small area driven by random numbers: valid commands, invalid ones, lost services, routers that
// are restored from their snapshots. After every Step it checks what must always hold
// (invariants.h).
//
// An Op is only numbers; what it means depends on the state it meets, so that a shorter list of Ops
// is still a sensible story when rapidcheck shrinks a failure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "router/core/router.h"
#include "tests/router/core/invariants.h"

namespace hotline::router {

struct Op {
  int kind = 0;
  int a = 0;
  int b = 0;
  int gap_ms = 0;  ///< time that passes before it
};

/// The area all random tests use: two queues, one with a skill; two stations, one with hours.
AreaConfig SmallArea();
/// The same with the rules of order switched on: index, rings, reserve, weights, gain, turns.
AreaConfig RuledArea();

class RandomWorld {
 public:
  static constexpr int kKinds = 28;

  explicit RandomWorld(const AreaConfig& area = SmallArea());

  /// Does one thing. Throws std::runtime_error, with the story so far, if an invariant breaks.
  void Do(const Op& op);

  /// Ends every call and checks that each has its one outcome, and that replaying the journal into
  /// a new router gives the same bytes.
  void Finish();

  const Router& router() const { return plain_; }

  absl::Time now() const { return now_; }

  /// The next event that an Op means, without applying it.
  Event Meaning(const Op& op);

 private:
  struct NodeState {
    uint64_t instance = 1;
    uint64_t seq = 0;
  };

  void Apply(const Event& event);
  void PassTime(const Op& op);
  void Restore();
  [[noreturn]] void Fail(const std::string& what) const;

  Event SeatEvent(const Op& op) const;
  Event CallEvent(const Op& op);
  Event CallbackEvent(const Op& op);
  Event Say(const std::string& node, decltype(NodeEvent::what) what);
  Event Announce(const Op& op);
  CallRequest Request(const Op& op) const;
  CallEnded Ended(const Op& op) const;
  std::optional<CallView> Pick(int index, std::optional<CallState> state = {}) const;
  std::string NodeOf(CallId call, const Op& op) const;

  const AreaConfig area_;
  const bool ruled_;
  absl::Time now_;
  Router plain_;     // never restored
  Router restored_;  // restored again and again, and never late with a Tick; must decide alike
  std::vector<Action> early_;  // what restored_ decided while plain_ slept
  Invariants invariants_;
  std::vector<std::pair<absl::Time, Event>> journal_;
  std::map<std::string, NodeState> nodes_;
  std::map<uint64_t, std::string> node_of_;
  Event last_;
};

}  // namespace hotline::router
