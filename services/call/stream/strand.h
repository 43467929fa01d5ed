// The one thread that owns the call core, as adapters see it: a place to put work.
#pragma once

#include <functional>

#include "absl/time/time.h"

namespace grpc {
class CompletionQueue;
}

namespace hotline::call {

/// What a gRPC operation started with it as its tag comes back to, on the strand.
class Completion {
 public:
  virtual ~Completion() = default;
  virtual void OnComplete(bool ok) = 0;
};

class Strand {
 public:
  using Task = std::function<void()>;
  virtual ~Strand() = default;

  /// Runs `task` on the strand, soon, in the order of posting. Thread-safe.
  virtual void Post(Task task) = 0;
  /// Runs `task` on the strand after `delay`, or never if the strand ends before. Thread-safe.
  virtual void PostAfter(absl::Duration delay, Task task) = 0;
  /// The queue that the strand waits at, for operations whose tags are Completions. All of them
  /// must have come back before the strand ends.
  virtual grpc::CompletionQueue* operations() = 0;
};

}  // namespace hotline::call
