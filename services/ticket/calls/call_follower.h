// Follows the active router and writes each answered call into the book: a draft when the call
// connects, the end when it ends.
//
//   look for the active router ──► watch ──► catch up ──► write what comes ──┐
//        ▲                                                                   │ stream or book
//        broke, └────────────────────────── after a pause ◄─────────────────────────┘ router
//        stepped down
//
// Catching up compares the router's live calls and its 10,000 last ended ones with the book, so
// that every answered call has its ticket whichever of the processes died when. A thread of its
// own.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "absl/time/time.h"

#include "services/runtime/clock.h"
#include "services/runtime/endpoint.h"
#include "services/ticket/calls/call_book.h"

namespace hotline::ticket {

/// What the follower tells of itself; all optional, called on its thread.
struct FollowerWatch {
  std::function<void(bool)> following;      ///< a router is followed and caught up with
  std::function<void(absl::Duration)> lag;  ///< a message's age when it is in the book
  std::function<void(size_t)> caught_up;    ///< so many calls the book did not have
  std::function<void()> connected;          ///< a draft may be waiting for its caller's number
};

class CallFollower {
 public:
  /// Starts. `book` must outlive this.
  CallFollower(std::vector<Endpoint> routers, CallBook& book, Clock clock, FollowerWatch watch);
  /// Stops; waits for what is being written.
  ~CallFollower();

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace hotline::ticket
