// An IPv4 address and UDP port, in host byte order.
#pragma once

#include <cstdint>

namespace hotline::media {

struct UdpAddress {
  uint32_t address = 0;  ///< 0 (0.0.0.0) means "nowhere": hold in the style of RFC 2543.
  uint16_t port = 0;     ///< 0 means "nowhere".

  /// True if something can be sent there.
  bool reachable() const { return address != 0 && port != 0; }

  friend bool operator==(const UdpAddress&, const UdpAddress&) = default;
};

}  // namespace hotline::media
