// RTP packets on the wire (RFC 3550 §5.1). Pure functions; nothing is copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace hotline::media {

/// Static payload types (Source: RFC 3551 table 4; RFC 3389 for comfort noise).
inline constexpr uint8_t kPayloadPcmu = 0;
inline constexpr uint8_t kPayloadPcma = 8;
inline constexpr uint8_t kPayloadComfortNoise = 13;

/// Bytes of a header without CSRC list and extension: all that we send.
inline constexpr size_t kRtpHeaderBytes = 12;

struct RtpHeader {
  uint8_t payload_type = 0;  ///< 7 bits.
  bool marker = false;       ///< First packet after a pause.
  uint16_t sequence = 0;
  uint32_t timestamp = 0;  ///< Units: samples.
  uint32_t ssrc = 0;
};

struct RtpPacket {
  RtpHeader header;
  /// Without CSRC list, extension and padding; points into the datagram.
  std::span<const uint8_t> payload;
};

/// Reads a datagram, skipping CSRC list, header extension and padding.
/// Returns: nothing if it is no RTP of version 2, if a length in it points outside of it, or if it
/// is RTCP that was sent to the RTP port (payload types 72-76. Source: RFC 5761 §4).
std::optional<RtpPacket> ParseRtp(std::span<const uint8_t> datagram);

/// Writes `header` to the front of a packet.
void WriteRtpHeader(const RtpHeader& header, std::span<uint8_t, kRtpHeaderBytes> out);

}  // namespace hotline::media
