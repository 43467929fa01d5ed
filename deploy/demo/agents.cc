#include "deploy/demo/agents.h"

#include <algorithm>
#include <utility>

#include "deploy/demo/crowd.h"

namespace hotline::demo {
namespace {

using router::v1::Seat;

constexpr char kBreak[] = "break";
constexpr double kBreakShare = 0.06;  // of the calls, after which the agent gets some tea
constexpr absl::Duration kMeanBreak = absl::Seconds(12);
constexpr absl::Duration kMeanComeBack = absl::Seconds(2);
constexpr absl::Duration kStaggeredStart = absl::Milliseconds(300);
// A refused request (the seat moved on meanwhile) is planned anew by the next update; this is for
// the case that none comes.
constexpr absl::Duration kTryAgain = absl::Seconds(2);

}  // namespace

Agents::Agents(AreaClient& client, std::vector<std::string> seats, uint64_t seed)
    : client_(client),
      seats_(std::move(seats)),
      random_(seed),
      next_heartbeat_(robot::Now() + robot::ToChrono(kHeartbeat)),
      thread_([this] { Run(); }) {}

Agents::~Agents() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Agents::OnUpdate(const router::v1::WatchAreaResponse& update) {
  const std::lock_guard lock(mutex_);
  for (const Seat& seat : update.seats()) {
    if (std::find(seats_.begin(), seats_.end(), seat.seat_id()) != seats_.end()) PlanFor(seat);
  }
  changed_.notify_all();
}

void Agents::PlanFor(const Seat& seat) {
  const auto plan = [&](Act act, absl::Duration wait) {
    plans_[seat.seat_id()] = {.act = act, .due = robot::Now() + robot::ToChrono(wait)};
  };
  switch (seat.state()) {
    case Seat::STATE_SIGNED_OUT:
    case Seat::STATE_UNKNOWN:
      return plan(Act::kSignIn, Around(kStaggeredStart));
    case Seat::STATE_NOT_READY:
      return plan(Act::kReady, Around(seat.reason() == kBreak ? kMeanBreak : kMeanComeBack));
    case Seat::STATE_WRAP_UP: {
      const bool tired = std::uniform_real_distribution<double>(0, 1)(random_) < kBreakShare;
      return plan(tired ? Act::kBreak : Act::kReady, Around(Crowd::kMeanAfterCall));
    }
    default:
      plans_.erase(seat.seat_id());
  }
}

void Agents::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto first = plans_.begin();
    for (auto it = plans_.begin(); it != plans_.end(); ++it) {
      if (it->second.due < first->second.due) first = it;
    }
    const robot::Instant due =
        first == plans_.end() ? next_heartbeat_ : std::min(first->second.due, next_heartbeat_);
    if (robot::Now() < due) {
      changed_.wait_until(lock, due);
      continue;
    }
    if (due == next_heartbeat_) {
      next_heartbeat_ = robot::Now() + robot::ToChrono(kHeartbeat);
      lock.unlock();
      SendHeartbeats();
      lock.lock();
      continue;
    }
    const std::string seat = first->first;
    const Act act = first->second.act;
    first->second.due = robot::Now() + robot::ToChrono(kTryAgain);
    lock.unlock();
    Carry(seat, act);
    lock.lock();
  }
}

// What the router refuses is not repeated: its next update says what the seat really is.
void Agents::Carry(const std::string& seat, Act act) {
  switch (act) {
    case Act::kSignIn:
      (void)client_.SignIn(seat, /*ready=*/true, kHeartbeatTimeout);
      return;
    case Act::kReady:
      (void)client_.SetReady(seat);
      return;
    case Act::kBreak:
      (void)client_.SetNotReady(seat, kBreak);
      return;
  }
}

void Agents::SendHeartbeats() {
  for (const std::string& seat : seats_) {
    if (absl::IsUnavailable(client_.Heartbeat(seat).status())) return;
  }
}

void Agents::GoHome() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
  for (const std::string& seat : seats_) {
    // With no router left there is nobody to sign out from.
    if (absl::IsUnavailable(client_.SignOut(seat).status())) return;
  }
}

// Between half and one and a half of the mean.
absl::Duration Agents::Around(absl::Duration mean) {
  return mean * std::uniform_real_distribution<double>(0.5, 1.5)(random_);
}

}  // namespace hotline::demo
