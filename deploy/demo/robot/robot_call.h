// One call as one robot lives it: a seat's phone that was rung, or a caller.
//
// A handle shared between its hub and whoever asks. Actions and waits from any thread; the call
// itself runs on the hub's SIP thread.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "deploy/demo/robot/ear.h"
#include "deploy/demo/robot/instant.h"
#include "deploy/demo/robot/rtp_session.h"
#include "deploy/demo/robot/sip_loop.h"

namespace hotline::robot {

class RtpClock;

/// What a phone does with a call that rings.
struct AnswerPlan {
  enum class Action { kAnswer, kRefuse, kIgnore };
  Action action = Action::kAnswer;
  absl::Duration delay = absl::ZeroDuration();  ///< before it answers or refuses
  int status = 486;                             ///< of a refusal
  /// After the answer; infinite: until the far end hangs up.
  absl::Duration talk = absl::InfiniteDuration();
  int tone_hz = 0;  ///< what it says; 0: silence
};

/// What a caller does.
struct CallerOptions {
  std::string number = "12348";
  std::string from = "13900000000";
  std::vector<std::pair<std::string, std::string>> headers;
  int tone_hz = 0;
  /// A person is there when one of these sounds.
  std::vector<int> person_tones;
  /// Hangs up if no person was heard for so long after the INVITE (CANCEL before the 200, BYE after
  /// it).
  absl::Duration patience = absl::InfiniteDuration();
  /// Hangs up so long after a person was first heard.
  absl::Duration talk = absl::InfiniteDuration();
  /// Neither speaks nor listens: a thousand of them cost the machine nothing.
  bool deaf = false;
};

/// The milestones of a call; absent ones have not happened.
struct CallReport {
  enum class State { kInvited, kRinging, kTalking, kEnded };
  State state = State::kInvited;
  Instant invite_time{};
  std::optional<Instant> ring_time;
  std::optional<Instant> answer_time;
  std::optional<Instant> person_time;  ///< callers: a person's tone was first heard
  std::optional<Instant> end_time;
  int status = 0;           ///< final answer to the INVITE
  bool ended_here = false;  ///< this robot hung up, refused or cancelled
  bool missed = false;      ///< phones: cancelled by the far end before it answered
};

/// After its hub is gone a handle may still be asked, but no longer told to do anything.
class RobotCall : public SipPeer, public std::enable_shared_from_this<RobotCall> {
 public:
  using State = CallReport::State;
  /// Called on the SIP thread at each change of state, and when a caller first hears a person.
  using Observer = std::function<void(RobotCall& call)>;

  ~RobotCall() override;

  const std::string& number() const {
    return number_;
  }  ///< the phone's user, or the dialled number

  const std::string& from() const { return from_; }

  const std::string& sip_call_id() const { return sip_call_id_; }  ///< phones only

  Ear& ear() { return rtp_->ear(); }

  CallReport report() const;

  /// CANCEL, BYE or a refusal with 486, whichever fits.
  void HangUp();
  /// Offers hold (sendonly) or its end (sendrecv) to the far end.
  void Hold(bool held);

  void SetTone(int hz) { rtp_->SetTone(hz); }

  void SetSending(bool sending) { rtp_->SetSending(sending); }

  void SendDigit(char digit) { rtp_->SendDigit(digit); }

  /// Wait for a state or one after it. Returns: whether it came in time.
  bool WaitState(State state, absl::Duration timeout) const;

  bool WaitEnded(absl::Duration timeout) const { return WaitState(State::kEnded, timeout); }

  /// Callers: waits until a person's tone was heard.
  bool WaitPerson(absl::Duration timeout) const;

  void OnSip(const SipEvent& event) override;

 private:
  friend class RobotHub;
  friend class Phone;

  struct Wiring {
    SipLoop* loop;
    std::shared_ptr<RtpClock> clock;  // shared: a handle may outlive its hub
    std::vector<int> frequencies;
    Observer observer;
  };

  RobotCall(Wiring wiring, std::string number, std::string from);
  // Returns: false if there is no port for its RTP.
  bool OpenRtp(bool deaf = false);
  void StartCaller(const CallerOptions& options);                         // SIP thread
  void StartPhone(const Invitation& invitation, const AnswerPlan& plan);  // SIP thread
  void AnswerNow();
  void RefuseNow(int status);
  void HangUpNow();
  void OnPerson();
  void Enter(State state, int status);
  void OnReoffer(const std::string& sdp);
  std::string Description(Direction direction);
  void After(absl::Duration delay, void (RobotCall::*action)());
  void Finish(int status);

  bool over() const { return handle_ == nullptr; }

  const Wiring wiring_;
  const std::string number_;
  const std::string from_;
  std::string sip_call_id_;
  std::shared_ptr<RtpSession> rtp_;

  // SIP thread only.
  SipHandle* handle_ = nullptr;  // invariant: null once the dialog is terminated
  AnswerPlan plan_;
  CallerOptions caller_;
  bool outgoing_ = false;
  bool hanging_up_ = false;
  Direction direction_ = Direction::kSendRecv;  // what we said last
  std::string offer_;                           // the INVITE's description
  uint64_t sdp_version_ = 0;
  std::vector<SipLoop::TimerId> timers_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  CallReport report_;
};

}  // namespace hotline::robot
