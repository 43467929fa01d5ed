#include "deploy/demo/robot/rtp_clock.h"

#include <pthread.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "services/base/check.h"

namespace hotline::robot {
namespace {

constexpr int kTickNanoseconds = 20'000'000;
// After a stall the far end's jitter buffer wants no burst: older ticks are dropped.
constexpr uint64_t kMaxCatchUpTicks = 3;

int MakeTimer() {
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  HOTLINE_CHECK(fd >= 0, "no timer for RTP: raise the open-file limit");
  itimerspec spec{};
  spec.it_interval.tv_nsec = kTickNanoseconds;
  spec.it_value.tv_nsec = kTickNanoseconds;
  HOTLINE_CHECK(timerfd_settime(fd, 0, &spec, nullptr) == 0, "timerfd_settime");
  return fd;
}

}  // namespace

RtpClock::RtpClock() : timer_fd_(MakeTimer()), thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), "robot-rtp");
}

RtpClock::~RtpClock() {
  Stop();
  close(timer_fd_);
}

void RtpClock::Stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();  // at most one tick away
}

void RtpClock::Add(std::shared_ptr<RtpSession> session) {
  const std::lock_guard lock(mutex_);
  sessions_.push_back(std::move(session));
}

void RtpClock::Remove(const std::shared_ptr<RtpSession>& session) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find(sessions_.begin(), sessions_.end(), session);
  if (found == sessions_.end()) return;
  *found = std::move(sessions_.back());
  sessions_.pop_back();
}

void RtpClock::Run() {
  std::vector<std::shared_ptr<RtpSession>> sessions;
  while (!stopping_) {
    uint64_t expired = 0;
    if (read(timer_fd_, &expired, sizeof expired) != sizeof expired) continue;
    overruns_ += expired - 1;
    {
      const std::lock_guard lock(mutex_);
      sessions = sessions_;
    }
    for (uint64_t i = 0; i < std::min(expired, kMaxCatchUpTicks); ++i) {
      for (const auto& session : sessions) session->Tick(Now());
    }
    sessions.clear();
  }
}

}  // namespace hotline::robot
