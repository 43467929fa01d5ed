// Does what is due when it is due, and keeps house: forgets old replies, counts drafts. A timer
// that could not fire because the process was down fires once at the start. A thread of its own.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "absl/time/time.h"

#include "services/runtime/clock.h"
#include "services/ticket/service/desk.h"

namespace hotline::ticket {

class Timekeeper {
 public:
  /// Starts. `desk` must outlive this. `on_drafts` is told the number of drafts now and then.
  Timekeeper(TicketDesk& desk, Clock clock, std::function<void(int64_t)> on_drafts);
  ~Timekeeper();

  /// Something is due at `time`. Thread-safe.
  void Expect(absl::Time time);

 private:
  void Run();
  /// Returns when to look again.
  absl::Time Work();

  TicketDesk& desk_;
  const Clock clock_;
  const std::function<void(int64_t)> on_drafts_;
  bool calendar_applied_ = false;
  absl::Time next_forget_ = absl::InfinitePast();
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;                        ///< guarded
  absl::Time next_look_ = absl::InfinitePast();  ///< guarded
  std::thread thread_;
};

}  // namespace hotline::ticket
