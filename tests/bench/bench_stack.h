// What every bench of the whole hotline begins with, and its statistics.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "tests/stack/call_floor.h"
#include "tests/stack/stack.h"
#include "tests/stack/staff.h"

namespace hotline::test {

/// Ends the program with `what` unless `good`.
void Require(bool good, const std::string& what);

/// The test area without a notice: a caller is in the queue as soon as the hotline has answered, so
/// nobody waits for a tone to end, and one clock sees the whole way from INVITE to INVITE.
std::string BenchAreaConfig();

/// Starts a hotline with BenchAreaConfig(). Ends the program if it cannot.
std::unique_ptr<Stack> StartBenchStack();
std::unique_ptr<CallFloor> OpenFloor(Stack& stack, int seats);

/// Lets callers without voice or ears come until `count` wait in `line`, a few dozen at a time:
/// more at once would overrun the robots' own UDP socket. Ends the program if one does not get
/// there.
void FillLine(CallFloor& floor, int count, std::deque<std::shared_ptr<robot::RobotCall>>& line);

/// The `share` quantile (0.5, 0.99) of `values`, which are sorted for it. Requires: there is one.
absl::Duration Quantile(std::vector<absl::Duration>& values, double share);

/// What the hotline's own processes used, Kamailio's children included.
struct Usage {
  absl::Duration cpu;  ///< user and system
  /// Proportional: a page that Kamailio's processes share counts once.
  int64_t memory_bytes = 0;
};

/// Reads /proc for redis, media, both routers, kamailio and call, by program.
std::vector<std::pair<std::string, Usage>> ReadUsage(const Stack& stack);

}  // namespace hotline::test
