// Asks the call service for the numbers of callers whose tickets have none yet. The router never
// knows numbers, so this is the only way; a call service that is away delays the number, never the
// ticket. A thread of its own.
#pragma once

#include <memory>

#include "services/runtime/endpoint.h"
#include "services/ticket/calls/call_book.h"

namespace hotline::ticket {

class CallerAsker {
 public:
  /// Starts. `book` must outlive this.
  CallerAsker(const Endpoint& call_service, CallBook& book);
  ~CallerAsker();

  /// There may be somebody to ask for. Thread-safe.
  void Look();

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace hotline::ticket
