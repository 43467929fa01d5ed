#include "services/ticket/service/timekeeper.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "services/runtime/log.h"

namespace hotline::ticket {
namespace {

constexpr absl::Duration kMostWait = absl::Seconds(5);  // the gauges' age
constexpr absl::Duration kLeastWait = absl::Milliseconds(10);
constexpr absl::Duration kAfterFailure = absl::Seconds(1);
constexpr absl::Duration kForgetEvery = absl::Minutes(10);

}  // namespace

Timekeeper::Timekeeper(TicketDesk& desk, Clock clock, std::function<void(int64_t)> on_drafts)
    : desk_(desk), clock_(std::move(clock)), on_drafts_(std::move(on_drafts)) {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "ticket-time");
    Run();
  });
}

Timekeeper::~Timekeeper() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Timekeeper::Expect(absl::Time time) {
  {
    const std::lock_guard lock(mutex_);
    if (time >= next_look_) return;
    next_look_ = time;
  }
  wake_.notify_all();
}

void Timekeeper::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (const absl::Duration wait = next_look_ - clock_(); wait > absl::ZeroDuration()) {
      wake_.wait_for(lock, absl::ToChronoMicroseconds(std::min(wait, kMostWait)));
      continue;
    }
    next_look_ = absl::InfiniteFuture();  // what is expected from now on comes on top
    lock.unlock();
    const absl::Time next = Work();
    lock.lock();
    next_look_ = std::min(next_look_, next);
  }
}

absl::Time Timekeeper::Work() {
  if (!calendar_applied_) {
    if (const auto status = desk_.ApplyCalendar(); !status.ok()) {
      LogError("deadlines could not be computed by the calendar; tries again", {{"why", status}});
      return clock_() + kAfterFailure;
    }
    calendar_applied_ = true;
  }
  const auto next = desk_.DoWhatIsDue();
  if (!next.ok()) {
    LogError("deadlines could not be looked after; tries again", {{"why", next.status()}});
    return clock_() + kAfterFailure;
  }
  if (const auto drafts = desk_.CountDrafts(); drafts.ok() && on_drafts_) on_drafts_(*drafts);
  if (clock_() >= next_forget_ && desk_.ForgetOldReplies().ok()) {
    next_forget_ = clock_() + kForgetEvery;
  }
  return std::clamp(*next, clock_() + kLeastWait, clock_() + kMostWait);
}

}  // namespace hotline::ticket
