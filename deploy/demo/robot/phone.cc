#include "deploy/demo/robot/phone.h"

#include <algorithm>
#include <utility>

namespace hotline::robot {
namespace {

// A registrar that restarts is back within seconds.
constexpr absl::Duration kRegisterAgain = absl::Seconds(2);
constexpr int kBusyHere = 486;
constexpr int kTemporarilyUnavailable = 480;

}  // namespace

Phone::Phone(PhoneOptions options, RobotCall::Wiring wiring)
    : options_(std::move(options)), wiring_(std::move(wiring)), plan_(options_.plan) {}

bool Phone::WaitRegistered(absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, Now() + ToChrono(timeout), [this] { return registered_; });
}

void Phone::SetPlan(AnswerPlan plan) {
  const std::lock_guard lock(mutex_);
  plan_ = plan;
  planner_ = nullptr;
}

void Phone::SetPlanner(Planner planner) {
  const std::lock_guard lock(mutex_);
  planner_ = std::move(planner);
}

std::shared_ptr<RobotCall> Phone::WaitCall(int count, absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  const bool came = changed_.wait_until(lock, Now() + ToChrono(timeout),
                                        [this, count] { return calls_ >= count; });
  return came ? last_ : nullptr;
}

std::vector<std::shared_ptr<RobotCall>> Phone::LiveCalls() const {
  const std::lock_guard lock(mutex_);
  return live_;
}

PhoneCounters Phone::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

bool Phone::WaitCounters(absl::Duration timeout,
                         const std::function<bool(const PhoneCounters&)>& condition) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, Now() + ToChrono(timeout), [&] { return condition(counters_); });
}

void Phone::Register() {
  wiring_.loop->Post([self = shared_from_this()] { self->RegisterNow(); });
}

void Phone::Unregister() {
  wiring_.loop->Post([self = shared_from_this()] {
    if (self->registration_ != nullptr) self->wiring_.loop->Unregister(self->registration_);
  });
}

// ---- SIP thread ---------------------------------------------------------------------------------

void Phone::RegisterNow() {
  if (registration_ != nullptr) return;
  registration_ = wiring_.loop->Register(shared_from_this(), options_.extension, options_.password);
}

void Phone::OnSip(const SipEvent& event) {
  using Kind = SipEvent::Kind;
  if (event.kind == Kind::kUnregistered) registration_ = nullptr;
  if (event.kind == Kind::kRegisterFailed && registration_ != nullptr) {
    wiring_.loop->Forget(std::exchange(registration_, nullptr));
    wiring_.loop->After(kRegisterAgain, [weak = weak_from_this()] {
      if (const auto phone = weak.lock()) phone->RegisterNow();
    });
  }
  const std::lock_guard lock(mutex_);
  registered_ = event.kind == Kind::kRegistered;
  changed_.notify_all();
}

std::shared_ptr<RobotCall> Phone::Take(const Invitation& invitation) {
  Planner planner;
  AnswerPlan plan;
  {
    const std::lock_guard lock(mutex_);
    ++counters_.invites;
    const auto busy = std::count_if(live_.begin(), live_.end(),
                                    [](const auto& call) { return !call->hanging_up_; });
    if (busy >= options_.lines) {
      ++counters_.double_invites;
      wiring_.loop->Refuse(invitation.handle, kBusyHere);
      return nullptr;
    }
    planner = planner_;
    plan = plan_;
  }
  if (planner) plan = planner(invitation);
  RobotCall::Wiring wiring = wiring_;
  wiring.observer = [weak = weak_from_this(), next = wiring_.observer](RobotCall& call) {
    if (const auto phone = weak.lock()) phone->Note(call);
    if (next) next(call);
  };
  std::shared_ptr<RobotCall> call(
      new RobotCall(std::move(wiring), options_.extension, invitation.from));
  if (!call->OpenRtp()) {
    wiring_.loop->Refuse(invitation.handle, kTemporarilyUnavailable);
    return nullptr;
  }
  {
    const std::lock_guard lock(mutex_);
    ++calls_;
    last_ = call;
    live_.push_back(call);
  }
  call->StartPhone(invitation, plan);
  changed_.notify_all();
  return call;
}

void Phone::Note(RobotCall& call) {
  const CallReport report = call.report();
  const std::lock_guard lock(mutex_);
  if (report.state == CallReport::State::kTalking) ++counters_.answered;
  if (report.state == CallReport::State::kEnded) {
    if (report.missed) ++counters_.missed;
    if (!report.answer_time && report.ended_here) ++counters_.refused;
    std::erase_if(live_, [&call](const auto& live) { return live.get() == &call; });
  }
  changed_.notify_all();
}

}  // namespace hotline::robot
