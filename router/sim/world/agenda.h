// What is still to happen in a simulated day, in order of time.
//
// Arrivals are in order already: only what they cause goes through the heap.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "router/sim/world/day.h"

namespace hotline::sim {

/// What happens; the order of things that happen at the same moment.
enum class Happening : uint8_t {
  kClockJumps,
  kSeatFree,
  kTalkEnds,
  kSessionStarts,
  kSessionEnds,
  kArrives,
  kGivesUp,
  kCallerAnswers,  ///< a called-back caller
  kCallerFails,
};

struct Due {
  double time;
  Happening what;
  uint32_t index;  ///< of a call, session or clock jump

  bool operator>(const Due& other) const {
    if (time != other.time) return time > other.time;
    if (what != other.what) return what > other.what;
    return index > other.index;
  }
};

class Agenda {
 public:
  /// Begins with the arrivals of `day`, which must outlive the agenda.
  explicit Agenda(const Day& day) : day_(day) {}

  void Add(double time, Happening what, uint32_t index) { due_.push({time, what, index}); }

  bool empty() const { return next_arrival_ >= day_.first_attempts() && due_.empty(); }

  /// Requires: not empty.
  Due Next() const {
    if (next_arrival_ >= day_.first_attempts()) return due_.top();
    const Due arrival{day_.calls[next_arrival_].time, Happening::kArrives, next_arrival_};
    return due_.empty() || due_.top() > arrival ? arrival : due_.top();
  }

  /// Removes Next().
  void Take() {
    if (next_arrival_ < day_.first_attempts() && (due_.empty() || due_.top() > Next())) {
      ++next_arrival_;
    } else {
      due_.pop();
    }
  }

 private:
  const Day& day_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  uint32_t next_arrival_ = 0;
};

}  // namespace hotline::sim
