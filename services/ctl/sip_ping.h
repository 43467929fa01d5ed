// SIP OPTIONS over UDP: does a SIP server answer at this address?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace hotline::ctl {

/// A final reply to a SIP request.
struct SipReply {
  int status = 0;
  std::string reason;
  absl::Duration after;  ///< since the first request was sent
};

/// Sends OPTIONS over UDP, again and again as RFC 3261 section 17.1.2 says, until a final reply
/// comes. Returns: INVALID_ARGUMENT if the host is not known, UNAVAILABLE if no final reply came in
/// time.
absl::StatusOr<SipReply> SipPing(const std::string& address, absl::Duration timeout);

/// What names one OPTIONS transaction.
struct SipPingIds {
  std::string branch;  ///< of the Via, with the magic cookie
  std::string call_id;
};

/// The request text. `local` and `peer` are HOST:PORT.
std::string MakeOptions(std::string_view local, std::string_view peer, const SipPingIds& ids);

/// Reads a datagram as a reply to the request with these ids.
/// Returns: nothing if it is not one, or only provisional (1xx).
std::optional<SipReply> ReadFinalReply(std::string_view datagram, const SipPingIds& ids);

}  // namespace hotline::ctl
