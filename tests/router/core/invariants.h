// What must hold in any area after any event, seen from outside: by the router's views and actions.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "router/core/router.h"

namespace hotline::router {

class Invariants {
 public:
  explicit Invariants(AreaConfig config) : config_(std::move(config)) {}

  /// Takes note of what a Step with `event` decided and looks at the state after it.
  /// Returns an empty string, or a sentence about what is broken.
  std::string Check(const Router& router, absl::Time now, const Event& event,
                    const std::vector<Action>& actions);

  /// Returns a call that was known at some time and has no outcome; zero if there is none.
  CallId WithoutOutcome() const;

 private:
  void Follow(const Event& event);
  void Follow(const Action& action);
  void CheckOvertaking(const MakeOffer& offer);
  void CheckPolicyReason(const MakeOffer& offer, const CallRequest& theirs, const std::string& who);
  void CheckOrder(const MakeOffer& offer);
  void FollowCallback(const Action& action);
  void CheckCallbacks(const Router& router);
  void CheckPairs(const Router& router);
  void CheckNobodyWaitsInVain(const Router& router);
  void CheckReasons(const Router& router);
  void CheckExpectedWaits(const Router& router, absl::Time now);
  void CheckOffers(const Router& router, absl::Time now);
  void CheckStations(const Router& router, absl::Time now);
  void CheckQueues(const Router& router, absl::Time now);
  void CheckStats(const Router& router, absl::Time now);
  void Expect(bool holds, const std::string& sentence);

  bool Serves(const SeatProfile& seat, const CallRequest& request) const;
  bool IsKeptByRule(const Router& router, const CallView& call, const SeatProfile& seat) const;
  static bool MayHear(const SeatProfile& seat, const CallRequest& request);
  bool MayHear(const Target& target, const CallRequest& request);
  const QueueConfig* FindQueue(const std::string& id) const;
  Priority PriorityOf(const CallRequest& request) const;
  bool Fits(const std::string& queue, const std::vector<SkillLevel>& more,
            const std::vector<SkillLevel>& skills) const;

  AreaConfig config_;
  std::string broken_;
  std::map<CallId, CallRequest> requests_;  // all calls ever seen
  std::set<CallId> waiting_;
  std::map<std::string, SeatProfile> seats_;
  std::set<std::string> attached_;
  std::map<CallId, std::string> node_of_;
  std::map<CallId, std::pair<absl::Time, CallView>> told_;  // expected waits of those who wait
  std::map<OfferId, absl::Time> expiry_;
  std::map<CallId, TelephonyResult> outcomes_;
  std::map<TelephonyResult, uint64_t> results_;
  bool calls_back_ = false;  // some call service has a call-back
  bool sees_all_ = true;
  std::map<CallId, int> dials_;
  std::set<CallId> callbacks_;    // booked and not over
  std::set<CallId> called_back_;  // all that ever were
};

}  // namespace hotline::router
