// Raw bytes to a SIP port, and what comes back. Blocking, with a limit on the wait.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace hotline::test {

enum class ProbeTransport { kUdp, kTcp };

/// Sends `bytes` as one datagram, or over a connection of its own, and waits for a final answer.
/// Returns: the status line's code; 0 if none came within `wait`; -1 if the far end closed the connection
/// without an answer.
int ProbeSip(const std::string& address, ProbeTransport transport, const std::string& bytes,
             absl::Duration wait);

/// Returns an OPTIONS request to `address` with an identity of its own.
std::string OptionsPing(const std::string& address, ProbeTransport transport);

}  // namespace hotline::test
