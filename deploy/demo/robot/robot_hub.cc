#include "deploy/demo/robot/robot_hub.h"

#include <algorithm>
#include <utility>

#include "services/base/check.h"

namespace hotline::robot {
namespace {

constexpr int kNotFound = 404;

}  // namespace

RobotHub::RobotHub(HubOptions options)
    : options_(std::move(options)),
      clock_(std::make_shared<RtpClock>()),
      loop_(std::make_unique<SipLoop>(
          options_.sip, [this](const Invitation& invitation) { return OnInvite(invitation); })) {}

RobotHub::~RobotHub() {
  Shutdown(kFarewell);
}

std::shared_ptr<Phone> RobotHub::AddPhone(PhoneOptions options) {
  const bool registers = options.registers;
  std::shared_ptr<Phone> phone(new Phone(std::move(options), MakeWiring(options_.observer)));
  {
    const std::lock_guard lock(mutex_);
    phones_.push_back(phone);
  }
  if (registers) phone->Register();
  return phone;
}

std::shared_ptr<RobotCall> RobotHub::Call(const CallerOptions& options) {
  auto observer = [this](RobotCall& call) {
    if (options_.observer) options_.observer(call);
    if (call.report().state != CallReport::State::kEnded) return;
    const std::lock_guard lock(mutex_);
    std::erase_if(calls_, [&call](const auto& live) { return live.get() == &call; });
    changed_.notify_all();
  };
  std::shared_ptr<RobotCall> call(
      new RobotCall(MakeWiring(std::move(observer)), options.number, options.from));
  if (!call->OpenRtp(options.deaf)) return nullptr;
  {
    const std::lock_guard lock(mutex_);
    calls_.push_back(call);
  }
  loop_->Post([call, options] { call->StartCaller(options); });
  return call;
}

size_t RobotHub::live_calls() const {
  const std::lock_guard lock(mutex_);
  return calls_.size();
}

bool RobotHub::WaitNoCalls(absl::Duration timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, Now() + ToChrono(timeout), [this] { return calls_.empty(); });
}

void RobotHub::Shutdown(absl::Duration timeout) {
  if (loop_ == nullptr) return;
  std::vector<std::shared_ptr<RobotCall>> calls;
  std::vector<std::shared_ptr<Phone>> phones;
  {
    const std::lock_guard lock(mutex_);
    calls = calls_;
    phones = phones_;
  }
  for (const auto& phone : phones) {
    const auto live = phone->LiveCalls();
    calls.insert(calls.end(), live.begin(), live.end());
    phone->Unregister();
  }
  for (const auto& call : calls) call->HangUp();
  const Instant deadline = Now() + ToChrono(timeout);
  for (const auto& call : calls) call->WaitEnded(Between(Now(), deadline));
  clock_->Stop();  // before the loop: ears post to it
  loop_.reset();
}

std::shared_ptr<SipPeer> RobotHub::OnInvite(const Invitation& invitation) {
  std::shared_ptr<Phone> phone;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(phones_.begin(), phones_.end(), [&](const auto& candidate) {
      return candidate->extension() == invitation.user;
    });
    if (found != phones_.end()) phone = *found;
  }
  if (phone != nullptr) return phone->Take(invitation);
  loop_->Refuse(invitation.handle, kNotFound);
  return nullptr;
}

RobotCall::Wiring RobotHub::MakeWiring(RobotCall::Observer observer) {
  return {.loop = loop_.get(),
          .clock = clock_,
          .frequencies = options_.tones,
          .observer = std::move(observer)};
}

}  // namespace hotline::robot
