// UDP reading and writing without allocation: many datagrams per system call where the kernel can.
//
// One thread per object.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <span>

#include "services/media/core/udp_address.h"

#include <netinet/in.h>

namespace hotline::media {

/// The datagrams that one system call read.
class DatagramBatch {
 public:
  static constexpr size_t kMaxDatagrams = 16;
  /// Longer ones are no G.711. Units: bytes.
  static constexpr size_t kMaxBytes = 1024;

  DatagramBatch();
  DatagramBatch(const DatagramBatch&) = delete;
  DatagramBatch& operator=(const DatagramBatch&) = delete;

  /// Reads what has arrived at `fd`, up to kMaxDatagrams; never waits.
  /// Returns: how many.
  size_t Read(int fd);

  /// Returns a datagram; an empty one stands for one that was too long. Valid until the next Read.
  std::span<const uint8_t> bytes(size_t i) const;
  UdpAddress source(size_t i) const;

 private:
  std::array<std::array<uint8_t, kMaxBytes>, kMaxDatagrams> bytes_;
  std::array<sockaddr_in, kMaxDatagrams> sources_;
  std::array<iovec, kMaxDatagrams> parts_;
  std::array<mmsghdr, kMaxDatagrams> messages_;
};

/// Sends without waiting.
/// Returns: false if the kernel did not take it.
bool SendDatagram(int fd, UdpAddress to, std::span<const uint8_t> bytes);

}  // namespace hotline::media
