#include "services/call/service/asio_strand.h"

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"

namespace hotline::call {
namespace asio = boost::asio;

namespace {

constexpr absl::Duration kLongestDelay = absl::Hours(24);

std::chrono::nanoseconds ToDelay(absl::Duration delay) {
  return absl::ToChronoNanoseconds(std::clamp(delay, absl::ZeroDuration(), kLongestDelay));
}

}  // namespace

struct AsioStrand::State {
  asio::io_context io{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
  std::thread thread;
};

AsioStrand::AsioStrand() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([io = &state_->io] { io->run(); });
}

AsioStrand::~AsioStrand() {
  Stop();
}

void AsioStrand::Post(Task task) {
  asio::post(state_->io, std::move(task));
}

void AsioStrand::PostAfter(absl::Duration delay, Task task) {
  auto timer = std::make_shared<asio::steady_timer>(state_->io, ToDelay(delay));
  timer->async_wait([timer, task = std::move(task)](const boost::system::error_code& error) {
    if (!error) task();
  });
}

void AsioStrand::Run(const Task& task) {
  std::promise<void> done;
  Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void AsioStrand::Stop() {
  if (!state_->thread.joinable()) return;
  state_->io.stop();
  state_->thread.join();
}

struct AsioStrand::Alarm::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, Task task) : timer(io), on_time(std::move(task)) {}

  asio::steady_timer timer;
  Task on_time;
  uint64_t setting = 0;  ///< a wait that had already rung when it was moved is told by this
};

AsioStrand::Alarm::Alarm(AsioStrand& strand, Task on_time)
    : state_(std::make_shared<State>(strand.state_->io, std::move(on_time))) {}

AsioStrand::Alarm::~Alarm() {
  Clear();
}

void AsioStrand::Alarm::Set(absl::Duration delay) {
  const uint64_t setting = ++state_->setting;
  state_->timer.expires_after(ToDelay(delay));
  state_->timer.async_wait([state = state_, setting](const boost::system::error_code& error) {
    if (!error && state->setting == setting) state->on_time();
  });
}

void AsioStrand::Alarm::Clear() {
  ++state_->setting;
  state_->timer.cancel();
}

}  // namespace hotline::call
