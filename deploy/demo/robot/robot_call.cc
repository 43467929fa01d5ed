#include "deploy/demo/robot/robot_call.h"

#include "absl/status/statusor.h"

#include "deploy/demo/robot/rtp_clock.h"
#include "services/base/check.h"

namespace hotline::robot {

RobotCall::RobotCall(Wiring wiring, std::string number, std::string from)
    : wiring_(std::move(wiring)), number_(std::move(number)), from_(std::move(from)) {
  report_.invite_time = Now();
}

RobotCall::~RobotCall() {
  if (rtp_ != nullptr) wiring_.clock->Remove(rtp_);
}

bool RobotCall::OpenRtp(bool deaf) {
  // The ear speaks on the RTP thread; what it says is acted on in the SIP thread.
  auto listener = [weak = weak_from_this(), loop = wiring_.loop](ToneSet heard) {
    if (heard == 0) return;
    loop->Post([weak] {
      if (const auto call = weak.lock()) call->OnPerson();
    });
  };
  auto session = RtpSession::Open(wiring_.frequencies, std::move(listener));
  if (!session.ok()) return false;
  rtp_ = *std::move(session);
  if (!deaf) wiring_.clock->Add(rtp_);
  return true;
}

// ---- any thread ---------------------------------------------------------------------------------

CallReport RobotCall::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

void RobotCall::HangUp() {
  wiring_.loop->Post([self = shared_from_this()] { self->HangUpNow(); });
}

void RobotCall::Hold(bool held) {
  wiring_.loop->Post([self = shared_from_this(), held] {
    if (self->over() || self->report().state != State::kTalking) return;
    // A held line carries silence, as a desk phone's does.
    self->rtp_->SetTone(held ? 0 : self->plan_.tone_hz);
    const Direction direction = held ? Direction::kSendOnly : Direction::kSendRecv;
    self->wiring_.loop->Reoffer(self->handle_, self->Description(direction));
  });
}

bool RobotCall::WaitState(State state, absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, Now() + ToChrono(timeout),
                             [&] { return report_.state >= state; });
}

bool RobotCall::WaitPerson(absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, Now() + ToChrono(timeout), [&] {
    return report_.person_time.has_value() || report_.state == State::kEnded;
  }) && report_.person_time.has_value();
}

// ---- SIP thread ---------------------------------------------------------------------------------

void RobotCall::StartCaller(const CallerOptions& options) {
  outgoing_ = true;
  caller_ = options;
  plan_.tone_hz = options.tone_hz;
  rtp_->SetTone(options.tone_hz);
  {
    const std::lock_guard lock(mutex_);
    report_.invite_time = Now();
  }
  handle_ = wiring_.loop->Invite(shared_from_this(), {.to = options.number,
                                                      .from = options.from,
                                                      .headers = options.headers,
                                                      .sdp = Description(Direction::kSendRecv)});
  After(options.patience, &RobotCall::HangUpNow);
}

void RobotCall::StartPhone(const Invitation& invitation, const AnswerPlan& plan) {
  handle_ = invitation.handle;
  offer_ = invitation.sdp;
  sip_call_id_ = invitation.call_id;
  plan_ = plan;
  {
    const std::lock_guard lock(mutex_);
    report_.invite_time = invitation.time;
  }
  const bool at_once = plan.delay == absl::ZeroDuration();
  if (plan.action == AnswerPlan::Action::kRefuse && at_once) return RefuseNow(plan.status);
  wiring_.loop->Ring(handle_);
  Enter(State::kRinging, 0);
  if (plan.action == AnswerPlan::Action::kIgnore) return;
  if (at_once) return AnswerNow();
  After(plan.delay, &RobotCall::AnswerNow);
}

void RobotCall::AnswerNow() {
  if (over() || report().state != State::kRinging || hanging_up_) return;
  if (plan_.action == AnswerPlan::Action::kRefuse) return RefuseNow(plan_.status);
  const auto offered = ParseSdp(offer_);
  if (!offered && !offer_.empty()) return RefuseNow(488);
  if (offered) rtp_->SetPeer(*offered);
  rtp_->SetTone(plan_.tone_hz);
  wiring_.loop->Accept(handle_,
                       Description(offered ? Reversed(offered->direction) : Direction::kSendRecv));
}

void RobotCall::RefuseNow(int status) {
  if (over() || hanging_up_) return;
  hanging_up_ = true;
  {
    const std::lock_guard lock(mutex_);
    report_.ended_here = true;
    report_.status = status;
  }
  wiring_.loop->Refuse(handle_, status);
}

void RobotCall::HangUpNow() {
  if (over() || hanging_up_) return;
  const State state = report().state;
  if (state != State::kTalking && !outgoing_) return RefuseNow(486);
  hanging_up_ = true;
  {
    const std::lock_guard lock(mutex_);
    report_.ended_here = true;
  }
  if (state == State::kTalking) return wiring_.loop->Bye(handle_);
  wiring_.loop->CancelInvite(handle_);
}

void RobotCall::OnPerson() {
  if (!outgoing_ || over() || report().person_time.has_value()) return;
  bool person = false;
  for (const int hz : caller_.person_tones) person |= ear().Hears(hz);
  if (!person) return;
  for (const auto timer : std::exchange(timers_, {})) wiring_.loop->Cancel(timer);  // patience
  {
    const std::lock_guard lock(mutex_);
    report_.person_time = Now();
  }
  changed_.notify_all();
  After(caller_.talk, &RobotCall::HangUpNow);
  if (wiring_.observer) wiring_.observer(*this);
}

void RobotCall::OnSip(const SipEvent& event) {
  using Kind = SipEvent::Kind;
  switch (event.kind) {
    case Kind::kProgress:
      return Enter(State::kRinging, 0);
    case Kind::kAccepted:
      if (const auto answer = ParseSdp(event.sdp)) rtp_->SetPeer(*answer);
      // A 200 that crossed our CANCEL (RFC 3261 section 9.1): the call is up, so it needs a BYE.
      if (hanging_up_ && report().state != State::kTalking) wiring_.loop->Bye(handle_);
      return Enter(State::kTalking, event.status);
    case Kind::kConfirmed:
      if (outgoing_ || report().state == State::kTalking) return;
      Enter(State::kTalking, 200);
      return After(plan_.talk, &RobotCall::HangUpNow);
    case Kind::kReoffered:
      return OnReoffer(event.sdp);
    case Kind::kCancelled: {
      const std::lock_guard lock(mutex_);
      report_.missed = !hanging_up_;
      return;
    }
    case Kind::kTerminated:
      return Finish(event.status);
    default:
      return;
  }
}

void RobotCall::OnReoffer(const std::string& sdp) {
  const auto offered = ParseSdp(sdp);
  if (!offered && !sdp.empty()) return wiring_.loop->Refuse(handle_, 488);
  if (offered) rtp_->SetPeer(*offered);
  wiring_.loop->Accept(handle_,
                       Description(offered ? Reversed(offered->direction) : Direction::kSendRecv));
}

std::string RobotCall::Description(Direction direction) {
  direction_ = direction;
  return FormatSdp({.port = rtp_->port(), .direction = direction}, ++sdp_version_);
}

void RobotCall::After(absl::Duration delay, void (RobotCall::*action)()) {
  if (delay == absl::InfiniteDuration()) return;
  timers_.push_back(wiring_.loop->After(delay, [weak = weak_from_this(), action] {
    if (const auto call = weak.lock()) ((*call).*action)();
  }));
}

void RobotCall::Enter(State state, int status) {
  {
    const std::lock_guard lock(mutex_);
    if (state <= report_.state) return;
    report_.state = state;
    if (status != 0) report_.status = status;
    if (state == State::kRinging) report_.ring_time = Now();
    if (state == State::kTalking) report_.answer_time = Now();
    if (state == State::kEnded) report_.end_time = Now();
  }
  changed_.notify_all();
  if (wiring_.observer) wiring_.observer(*this);
}

void RobotCall::Finish(int status) {
  handle_ = nullptr;
  for (const auto timer : std::exchange(timers_, {})) wiring_.loop->Cancel(timer);
  wiring_.clock->Remove(rtp_);
  Enter(State::kEnded, report().answer_time ? 0 : status);
}

}  // namespace hotline::robot
