#include "services/ctl/interrupt.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <mutex>

#include "absl/time/clock.h"

#include "services/base/check.h"

namespace hotline::ctl {
namespace {

/// All that a signal handler may touch: where to write that a signal came.
std::atomic<int> wake_fd = -1;

void Wake() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_fd, &one, sizeof(one));
}

void SetHandlers(void (*handler)(int)) {
  struct sigaction action {};

  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  HOTLINE_CHECK(wake_fd < 0, "signals are already turned into a stop token");
  wake_fd = eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this, fd = wake_fd.load()] {
    uint64_t count = 0;
    [[maybe_unused]] const ssize_t bytes = read(fd, &count, sizeof(count));
    source_.request_stop();
  });
  SetHandlers([](int) { Wake(); });
}

Interrupt::~Interrupt() {
  SetHandlers(SIG_DFL);
  Wake();
  thread_.join();
  close(wake_fd.exchange(-1));
}

bool Wait(const std::stop_token& stop, absl::Duration duration) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  // Steps, because a condition variable cannot wait for all of absl::InfiniteDuration().
  const absl::Time end = absl::Now() + duration;
  for (absl::Time now = absl::Now(); now < end && !stop.stop_requested(); now = absl::Now()) {
    const absl::Duration step = std::min(end - now, absl::Hours(1));
    wake.wait_for(lock, stop, absl::ToChronoNanoseconds(step), [] { return false; });
  }
  return !stop.stop_requested();
}

}  // namespace hotline::ctl
