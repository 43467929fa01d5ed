#include "services/call/sip/sofia_thread.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <future>
#include <utility>

#include "services/base/check.h"
#include "services/runtime/log.h"

namespace hotline::call {
namespace {

/// Sofia's own words. They may quote messages from the network, so they are for debugging only.
void LogSofia(void*, const char* format, va_list args) {
  if (!LogEnabled(LogLevel::kDebug)) return;
  char line[512];
  std::vsnprintf(line, sizeof(line), format, args);
  LogDebug("sofia", {{"text", line}});
}

}  // namespace

SofiaThread::SofiaThread() : event_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  HOTLINE_CHECK(event_fd_ >= 0, "no eventfd: out of file descriptors");
  std::promise<void> ready;
  thread_ = std::thread([this, &ready] {
    su_init();
    su_log_redirect(nullptr, LogSofia, nullptr);
    root_ = su_root_create(this);
    HOTLINE_CHECK(root_, "Sofia has no event loop");
    su_root_threading(root_, 0);  // everything on this one thread
    su_wait_t wait;
    su_wait_create(&wait, event_fd_, SU_WAIT_IN);
    su_root_register(root_, &wait, &SofiaThread::OnWake, this, 0);
    ready.set_value();
    su_root_run(root_);
    su_root_destroy(root_);
    su_deinit();
  });
  ready.get_future().wait();
}

SofiaThread::~SofiaThread() {
  HOTLINE_CHECK(!thread_.joinable(), "Stop() comes first");
  close(event_fd_);
}

void SofiaThread::Post(Task task) {
  bool first;
  {
    const std::lock_guard lock(mutex_);
    first = tasks_.empty();
    tasks_.push_back(std::move(task));
  }
  if (!first) return;  // the loop has been woken for those before
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(event_fd_, &one, sizeof(one));
}

void SofiaThread::Run(const Task& task) {
  std::promise<void> done;
  Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

int SofiaThread::OnWake(SofiaThread*, su_wait_t*, SofiaThread* self) {
  self->RunTasks();
  return 0;
}

void SofiaThread::RunTasks() {
  uint64_t count;
  [[maybe_unused]] const ssize_t bytes = read(event_fd_, &count, sizeof(count));
  {
    const std::lock_guard lock(mutex_);
    running_.swap(tasks_);
  }
  for (Task& task : running_) task();
  running_.clear();
}

void SofiaThread::Stop() {
  if (!thread_.joinable()) return;
  Post([this] { su_root_break(root_); });
  thread_.join();
}

}  // namespace hotline::call
