// SIPp as a crowd of callers.
#pragma once

#include <string>

#include "tests/stack/stack.h"

namespace hotline::test {

struct SippOptions {
  std::string scenario;  ///< file name in tests/stack
  std::string number;
  int calls = 1;
  int per_second = 10;
  int at_once = 3000;
  int timeout_seconds = 300;  ///< of the whole run
};

/// What a run came to.
struct SippResult {
  int exit_code = -1;
  int successful = 0;
  int failed = 0;
  std::string output;  ///< its last screen, and the unexpected messages
};

/// Runs SIPp against the stack's Kamailio until all calls have ended.
SippResult RunSipp(const Stack& stack, const SippOptions& options);

}  // namespace hotline::test
