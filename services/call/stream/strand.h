// The one thread that owns the call core, as adapters see it: a place to put work.
#pragma once

#include <functional>

#include "absl/time/time.h"

namespace hotline::call {

class Strand {
 public:
  using Task = std::function<void()>;
  virtual ~Strand() = default;

  /// Runs `task` on the strand, soon, in the order of posting. Thread-safe.
  virtual void Post(Task task) = 0;
  /// Runs `task` on the strand after `delay`, or never if the strand ends before. Thread-safe.
  virtual void PostAfter(absl::Duration delay, Task task) = 0;
};

}  // namespace hotline::call
