// The UDP ports of the node: an even port for RTP and the odd one above it for RTCP (RFC 3550 §11).
//
// Thread-safe. Opening binds real sockets, so it belongs on a control thread, never in a tick.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/media/rtp/unique_fd.h"

namespace hotline::media {

struct PortRange {
  uint16_t first = 40000;  ///< First RTP port; rounded up to an even one.
  uint16_t last = 49998;   ///< Last RTP port; rounded down.
};

/// Two bound, non-blocking sockets. Gives the ports back when it goes.
class PortPair {
 public:
  PortPair(PortPair&&) noexcept;
  PortPair& operator=(PortPair&&) = delete;
  ~PortPair();

  int rtp() const { return rtp_.get(); }

  int rtcp() const { return rtcp_.get(); }

  /// The RTP port.
  uint16_t port() const { return port_; }

 private:
  friend class PortPool;
  struct Book;
  PortPair(std::shared_ptr<Book> book, uint16_t port, UniqueFd rtp, UniqueFd rtcp);

  std::shared_ptr<Book> book_;
  uint16_t port_;
  UniqueFd rtp_, rtcp_;
};

class PortPool {
 public:
  /// How long Open waits for a wanted port whose leg has just been removed.
  static constexpr absl::Duration kMaxClosingWait = absl::Milliseconds(200);

  /// `address` is ours, in host byte order. Requires: the range holds at least one pair.
  PortPool(uint32_t address, PortRange range);

  /// Binds `wanted`, or any free pair if it is 0. The search starts at a random place: ports that
  /// can be guessed invite injection. Returns: INVALID_ARGUMENT (wanted is odd or outside the
  /// range), ALREADY_EXISTS (wanted is taken), RESOURCE_EXHAUSTED (no pair left, or no file
  /// descriptors), UNAVAILABLE (the address is not ours).
  absl::StatusOr<PortPair> Open(uint16_t wanted);

  /// Tells that the owner of `port` will let go of it in a moment.
  void MarkClosing(uint16_t port);

 private:
  absl::StatusOr<PortPair> Bind(uint16_t port);

  uint32_t address_;
  std::shared_ptr<PortPair::Book> book_;
};

}  // namespace hotline::media
