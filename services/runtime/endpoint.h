// A host and a port, as configuration writes them and servers bind them.
//
// Pure values, no threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace hotline {

/// Where something listens or is reached.
struct Endpoint {
  std::string host = "127.0.0.1";  ///< a name, an IPv4 address or an IPv6 address without brackets
  uint16_t port = 0;               ///< as a place to listen, 0 means any free port

  /// Reads "host:port" or "[v6]:port".
  /// Returns: INVALID_ARGUMENT with a sentence that quotes `text`.
  static absl::StatusOr<Endpoint> Parse(std::string_view text);

  /// Returns what Parse reads.
  std::string ToString() const;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace hotline
