#include "agent_console/gateway/loop.h"

#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace hotline::console {

namespace asio = boost::asio;

struct Loop::State {
  std::mutex mutex;  ///< of `open`: nobody posts while the context goes
  bool open = true;
  std::unique_ptr<asio::io_context> io = std::make_unique<asio::io_context>(1);
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work{
      io->get_executor()};
  std::thread thread{[this] {
    io->run();
  }};
};

Loop::Loop() : state_(std::make_unique<State>()) {}

Loop::~Loop() {
  Shutdown();
}

void Loop::Post(Task task) {
  const std::lock_guard lock(state_->mutex);
  if (state_->open) asio::post(*state_->io, std::move(task));
}

void Loop::PostAfter(absl::Duration delay, Task task) {
  const std::lock_guard lock(state_->mutex);
  if (!state_->open) return;
  auto timer = std::make_shared<asio::steady_timer>(*state_->io, absl::ToChronoNanoseconds(delay));
  timer->async_wait([timer, task = std::move(task)](const boost::system::error_code& error) {
    if (!error) task();
  });
}

void Loop::Run(const Task& task) {
  std::promise<void> done;
  Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void Loop::Shutdown() {
  if (!state_->thread.joinable()) return;
  state_->work.reset();
  state_->io->stop();
  state_->thread.join();
  std::unique_ptr<asio::io_context> io;
  {
    const std::lock_guard lock(state_->mutex);
    state_->open = false;
    io = std::move(state_->io);
  }
  io.reset();  // what waits is dropped here; it may try to post
}

asio::io_context& Loop::io() {
  return *state_->io;
}

}  // namespace hotline::console
