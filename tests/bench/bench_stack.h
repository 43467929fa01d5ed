// What every bench of the whole hotline begins with, and its statistics.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "tests/stack/call_floor.h"
#include "tests/stack/stack.h"
#include "tests/stack/staff.h"

namespace hotline::test {

/// Ends the program with `what` unless `good`.
void Require(bool good, const std::string& what);

/// Starts a hotline with spoken prompts replaced by tones. Ends the program if it cannot.
std::unique_ptr<Stack> StartBenchStack();
std::unique_ptr<CallFloor> OpenFloor(Stack& stack, int seats);

/// The `share` quantile (0.5, 0.99) of `values`, which are sorted for it. Requires: there is one.
absl::Duration Quantile(std::vector<absl::Duration>& values, double share);

/// What the hotline's own processes used, Kamailio's children included.
struct Usage {
  absl::Duration cpu;  ///< user and system
  int64_t rss_bytes = 0;
};

/// Reads /proc for redis, media, both routers, kamailio and call, by program.
std::vector<std::pair<std::string, Usage>> ReadUsage(const Stack& stack);

}  // namespace hotline::test
