// Raw bytes to a SIP port, and what comes back. Blocking, with a limit on the wait.
#pragma once

#include <string>

#include "absl/time/time.h"

namespace hotline::test {

enum class ProbeTransport { kUdp, kTcp };

/// Where a datagram comes from. A peer answers to the port in the Via unless that asks for rport
/// (RFC 3261 section 18.2.2, RFC 3581), which messages from elsewhere fix as 5060: for those,
/// 127.0.0.2:5060.
enum class ProbeSource { kAnyPort, kViaPort };

/// Sends `bytes` as one datagram, or over a connection of its own, and waits for a final answer.
/// Returns: the status line's code; 0 if none came within `wait`; -1 if the far end closed the
/// connection without an answer.
int ProbeSip(const std::string& address, ProbeTransport transport, const std::string& bytes,
             absl::Duration wait, ProbeSource source = ProbeSource::kAnyPort);

/// Returns an OPTIONS request to `address` with an identity of its own.
std::string OptionsPing(const std::string& address, ProbeTransport transport);

}  // namespace hotline::test
