#include "services/runtime/queue_strand.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "grpcpp/alarm.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/server_builder.h"

#include "services/base/check.h"

namespace hotline {
namespace {

constexpr absl::Duration kLongestDelay = absl::Hours(24);
/// A time that is over.
const gpr_timespec kNoWait = gpr_time_0(GPR_CLOCK_MONOTONIC);

}  // namespace

class QueueStrand::Impl : private Completion {
 public:
  using Clock = std::chrono::steady_clock;

  Impl() : thread_([this] { Loop(); }) {}

  ~Impl() override { Stop(); }

  void Post(Task task) {
    const std::lock_guard lock(mutex_);
    if (over_) return;
    posted_.push_back(std::move(task));
    // The strand looks here before it waits; others wake it, once for all they post.
    if (OnStrand() || std::exchange(woken_, true)) return;
    wake_.Set(queue_.get(), kNoWait, static_cast<Completion*>(this));
  }

  // On the strand.

  uint64_t AddTimer(absl::Duration delay, Task task) {
    delay = std::clamp(delay, absl::ZeroDuration(), kLongestDelay);
    const auto due = Clock::now() + absl::ToChronoNanoseconds(delay);
    timers_.emplace(std::pair(due, ++last_timer_), std::move(task));
    times_.emplace(last_timer_, due);
    return last_timer_;
  }

  void RemoveTimer(uint64_t timer) {
    const auto found = times_.find(timer);
    if (found == times_.end()) return;
    timers_.erase({found->second, timer});
    times_.erase(found);
  }

  bool OnStrand() const { return std::this_thread::get_id() == thread_id_; }

  grpc::ServerCompletionQueue* queue() { return queue_.get(); }

  grpc::ServerBuilder& server_builder() { return server_builder_; }

  void Stop() {
    if (!thread_.joinable()) return;
    Post([this] { stopping_ = true; });
    thread_.join();
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    queue_->Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_->Next(&tag, &ok)) {
      HOTLINE_CHECK(tag == static_cast<Completion*>(this), "operations end before their strand");
    }
  }

 private:
  void Loop() {
    thread_id_ = std::this_thread::get_id();
    while (!stopping_) {
      RunPosted();
      if (stopping_) return;
      RunTimers();
      // What is ready is taken before tasks and timers have their turn, but not for ever.
      gpr_timespec deadline = WaitLimit();
      for (int n = 0; n < kMostAtOnce; ++n) {
        void* tag = nullptr;
        bool ok = false;
        if (queue_->AsyncNext(&tag, &ok, deadline) != grpc::CompletionQueue::GOT_EVENT) break;
        auto* completion = static_cast<Completion*>(tag);
        completion->OnComplete(ok);
        if (completion == this) break;  // woken: somebody has posted
        deadline = kNoWait;
      }
    }
  }

  /// How long the queue may be waited at.
  gpr_timespec WaitLimit() {
    {
      const std::lock_guard lock(mutex_);
      if (!posted_.empty()) return kNoWait;
    }
    if (timers_.empty()) return gpr_inf_future(GPR_CLOCK_MONOTONIC);
    const std::chrono::nanoseconds wait = timers_.begin()->first.first - Clock::now();
    return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                        gpr_time_from_nanos(wait.count(), GPR_TIMESPAN));
  }

  /// Woken: RunPosted comes next anyway.
  void OnComplete(bool) override {
    const std::lock_guard lock(mutex_);
    woken_ = false;
  }

  void RunPosted() {
    {
      const std::lock_guard lock(mutex_);
      running_.swap(posted_);
    }
    for (Task& task : running_) {
      if (!stopping_) task();
    }
    running_.clear();
  }

  void RunTimers() {
    const auto now = Clock::now();
    while (!stopping_ && !timers_.empty() && timers_.begin()->first.first <= now) {
      auto node = timers_.extract(timers_.begin());
      times_.erase(node.key().second);
      node.mapped()();
    }
  }

  static constexpr int kMostAtOnce = 64;

  grpc::ServerBuilder server_builder_;  ///< a server takes only queues that its builder made
  const std::unique_ptr<grpc::ServerCompletionQueue> queue_ = server_builder_.AddCompletionQueue();
  grpc::Alarm wake_;
  std::mutex mutex_;
  std::vector<Task> posted_;  ///< guarded; bounded by what the posters have under way
  bool woken_ = false;        ///< guarded: wake_ is set or on its way
  bool over_ = false;         ///< guarded: nothing is taken any more

  // The thread's own.
  std::vector<Task> running_;
  std::map<std::pair<Clock::time_point, uint64_t>, Task> timers_;
  std::map<uint64_t, Clock::time_point> times_;
  uint64_t last_timer_ = 0;
  bool stopping_ = false;
  std::atomic<std::thread::id> thread_id_;
  std::thread thread_;
};

QueueStrand::QueueStrand() : impl_(std::make_unique<Impl>()) {}

QueueStrand::~QueueStrand() {
  Stop();
}

void QueueStrand::Post(Task task) {
  impl_->Post(std::move(task));
}

void QueueStrand::PostAfter(absl::Duration delay, Task task) {
  if (impl_->OnStrand()) {
    impl_->AddTimer(delay, std::move(task));
  } else {
    Post([impl = impl_.get(), delay, task = std::move(task)] { impl->AddTimer(delay, task); });
  }
}

grpc::ServerCompletionQueue* QueueStrand::queue() {
  return impl_->queue();
}

grpc::ServerBuilder& QueueStrand::server_builder() {
  return impl_->server_builder();
}

bool QueueStrand::OnStrand() const {
  return impl_->OnStrand();
}

void QueueStrand::Run(const Task& task) {
  std::promise<void> done;
  Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

void QueueStrand::Stop() {
  impl_->Stop();
}

QueueStrand::Alarm::Alarm(QueueStrand& strand, Task on_time)
    : strand_(strand), on_time_(std::move(on_time)) {}

QueueStrand::Alarm::~Alarm() {
  Clear();
}

void QueueStrand::Alarm::Set(absl::Duration delay) {
  Clear();
  timer_ = strand_.impl_->AddTimer(delay, [this] {
    timer_ = 0;
    on_time_();
  });
}

void QueueStrand::Alarm::Clear() {
  if (timer_ != 0) strand_.impl_->RemoveTimer(std::exchange(timer_, 0));
}

}  // namespace hotline
