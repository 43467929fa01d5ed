// A robot phone: a registered extension that answers by plan.
//
// Owned by its hub. All methods from any thread. A phone takes one call at a time: a second INVITE
// is refused with 486 and counted, because no seat may ever be offered two calls.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "deploy/demo/robot/robot_call.h"
#include "deploy/demo/robot/sip_loop.h"

namespace hotline::robot {

struct PhoneOptions {
  std::string extension;
  std::string password;
  bool registers = true;
  /// Calls it takes at once; a station may have several lines.
  int lines = 1;
  AnswerPlan plan;
};

/// Counts since the phone was added.
struct PhoneCounters {
  int invites = 0;
  int answered = 0;
  int refused = 0;
  int missed = 0;          ///< cancelled by the far end while it rang
  int double_invites = 0;  ///< while every line was busy
};

class Phone : public SipPeer, public std::enable_shared_from_this<Phone> {
 public:
  /// Chooses the plan of each call; called on the SIP thread.
  using Planner = std::function<AnswerPlan(const Invitation& invitation)>;

  const std::string& extension() const { return options_.extension; }

  bool WaitRegistered(absl::Duration timeout) const;

  void SetPlan(AnswerPlan plan);
  void SetPlanner(Planner planner);

  /// Waits for the `count`th call since the phone was added (1 is the first).
  /// Returns: null if it did not come in time.
  std::shared_ptr<RobotCall> WaitCall(int count, absl::Duration timeout) const;
  /// The calls that ring or talk now.
  std::vector<std::shared_ptr<RobotCall>> LiveCalls() const;
  PhoneCounters counters() const;
  /// Waits until the counters satisfy `condition`. Returns: whether they did in time.
  bool WaitCounters(absl::Duration timeout,
                    const std::function<bool(const PhoneCounters&)>& condition) const;

  /// Takes the phone off the registrar; its calls go on.
  void Unregister();
  void Register();

  void OnSip(const SipEvent& event) override;

 private:
  friend class RobotHub;
  Phone(PhoneOptions options, RobotCall::Wiring wiring);
  // SIP thread. Returns: null after refusing.
  std::shared_ptr<RobotCall> Take(const Invitation& invitation);
  void RegisterNow();
  void Note(RobotCall& call);  // SIP thread: a call of this phone changed

  const PhoneOptions options_;
  RobotCall::Wiring wiring_;
  SipHandle* registration_ = nullptr;  // SIP thread only

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool registered_ = false;
  AnswerPlan plan_;
  Planner planner_;
  int calls_ = 0;
  std::shared_ptr<RobotCall> last_;
  std::vector<std::shared_ptr<RobotCall>> live_;
  PhoneCounters counters_;
};

}  // namespace hotline::robot
