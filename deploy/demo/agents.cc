#include "deploy/demo/agents.h"

#include <algorithm>
#include <utility>

namespace hotline::demo {
namespace {

using router::v1::Seat;

constexpr char kBreak[] = "break";
// A refused request (the seat moved on meanwhile) is planned anew by the next update; this is for
// the case that none comes.
constexpr absl::Duration kTryAgain = absl::Seconds(2);

}  // namespace

Agents::Agents(AreaClient& client, std::vector<std::string> seats, AgentHabits habits)
    : client_(client),
      seats_(std::move(seats)),
      habits_(habits),
      random_(habits.seed),
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
  if (update.full()) {
    // A seat where nobody ever signed in is not in the list.
    plans_.clear();
    for (const std::string& seat : seats_) PlanSignIn(seat);
  }
  for (const Seat& seat : update.seats()) {
    if (std::find(seats_.begin(), seats_.end(), seat.seat_id()) != seats_.end()) PlanFor(seat);
  }
  changed_.notify_all();
}

void Agents::PlanSignIn(const std::string& seat) {
  plans_[seat] = {.act = Act::kSignIn,
                  .due = robot::Now() + robot::ToChrono(Around(habits_.sign_in))};
}

void Agents::PlanFor(const Seat& seat) {
  const auto plan = [&](Act act, absl::Duration wait) {
    plans_[seat.seat_id()] = {.act = act, .due = robot::Now() + robot::ToChrono(wait)};
  };
  switch (seat.state()) {
    case Seat::STATE_SIGNED_OUT:
      return PlanSignIn(seat.seat_id());
    case Seat::STATE_UNKNOWN:
      return plan(Act::kAlive, absl::ZeroDuration());
    case Seat::STATE_NOT_READY:
      return plan(Act::kReady, Around(seat.reason() == kBreak ? habits_.tea : habits_.come_back));
    case Seat::STATE_WRAP_UP: {
      if (habits_.after_call == absl::InfiniteDuration()) break;
      const bool tired =
          std::uniform_real_distribution<double>(0, 1)(random_) < habits_.break_share;
      return plan(tired ? Act::kBreak : Act::kReady, Around(habits_.after_call));
    }
    default:
      break;
  }
  plans_.erase(seat.seat_id());
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
    case Act::kAlive:
      (void)client_.Heartbeat(seat);
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
