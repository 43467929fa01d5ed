// A room full of robots: phones that are rung and callers that ring, with real SIP and RTP on
// loopback.
//
// Owns one SIP thread and one RTP thread for all of them. Everything from any thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "deploy/demo/robot/phone.h"
#include "deploy/demo/robot/robot_call.h"
#include "deploy/demo/robot/rtp_clock.h"
#include "deploy/demo/robot/sip_loop.h"

namespace hotline::robot {

struct HubOptions {
  SipOptions sip;
  /// The frequencies every ear knows, kMaxTones at most.
  std::vector<int> tones;
  /// Sees every call's changes, on the SIP thread.
  RobotCall::Observer observer;
};

class RobotHub {
 public:
  explicit RobotHub(HubOptions options);
  /// Shutdown() with kFarewell.
  ~RobotHub();
  RobotHub(const RobotHub&) = delete;
  RobotHub& operator=(const RobotHub&) = delete;

  /// The port its phones answer on, UDP and TCP.
  uint16_t sip_port() const { return loop_->port(); }

  /// Adds a phone, which starts to register. Requires: no phone of this hub has the extension.
  std::shared_ptr<Phone> AddPhone(PhoneOptions options);
  /// Sends a caller's INVITE. Returns: null if there is no port left for its RTP.
  std::shared_ptr<RobotCall> Call(const CallerOptions& options);

  /// Calls of callers that have not ended.
  size_t live_calls() const;
  /// Waits until no caller's call is alive. Returns: whether that came in time.
  bool WaitNoCalls(absl::Duration timeout) const;

  /// RTP ticks that came late: figures taken meanwhile say more about the machine than about the
  /// peer.
  uint64_t rtp_overruns() const { return clock_->overruns(); }

  /// Hangs up every call, takes every phone off the registrar, then ends the threads.
  void Shutdown(absl::Duration timeout);

  static constexpr absl::Duration kFarewell = absl::Seconds(3);

 private:
  std::shared_ptr<SipPeer> OnInvite(const Invitation& invitation);
  RobotCall::Wiring MakeWiring(RobotCall::Observer observer);

  const HubOptions options_;
  mutable std::mutex mutex_;  // guards phones_ and calls_
  mutable std::condition_variable changed_;
  std::vector<std::shared_ptr<Phone>> phones_;
  std::vector<std::shared_ptr<RobotCall>> calls_;
  std::shared_ptr<RtpClock> clock_;
  std::unique_ptr<SipLoop> loop_;
};

}  // namespace hotline::robot
