// HOTLINE_CHECK: an invariant that stops the process when it is broken, in every build.
//
// Used where going on would do harm (a seat with two calls). The supervisor restarts the process,
// the journal brings its state back. Bad input is never a reason for a CHECK.
#pragma once

#include <string_view>

namespace hotline {

/// Writes the place, the condition and `why` to stderr and aborts.
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition,
                              std::string_view why);

}  // namespace hotline

/// Aborts with `why` (a sentence) unless `condition` holds.
#define HOTLINE_CHECK(condition, why)                              \
  do {                                                             \
    if (!(condition)) [[unlikely]]                                 \
      ::hotline::CheckFailed(__FILE__, __LINE__, #condition, why); \
  } while (false)
