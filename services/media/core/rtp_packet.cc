#include "services/media/core/rtp_packet.h"

#include "services/media/core/wire.h"

namespace hotline::media {
namespace {

constexpr uint8_t kVersionMask = 0xC0, kVersion2 = 0x80, kPaddingBit = 0x20, kExtensionBit = 0x10;
constexpr uint8_t kFirstRtcpType = 72, kLastRtcpType = 76;

}  // namespace

std::optional<RtpPacket> ParseRtp(std::span<const uint8_t> datagram) {
  if (datagram.size() < kRtpHeaderBytes) return std::nullopt;
  const uint8_t* p = datagram.data();
  if ((p[0] & kVersionMask) != kVersion2) return std::nullopt;

  RtpPacket packet;
  packet.header = {.payload_type = static_cast<uint8_t>(p[1] & 0x7F),
                   .marker = (p[1] & 0x80) != 0,
                   .sequence = ReadU16(p + 2),
                   .timestamp = ReadU32(p + 4),
                   .ssrc = ReadU32(p + 8)};
  const uint8_t type = packet.header.payload_type;
  if (type >= kFirstRtcpType && type <= kLastRtcpType) return std::nullopt;

  size_t begin = kRtpHeaderBytes + 4u * (p[0] & 0x0F);
  if (p[0] & kExtensionBit) {
    if (datagram.size() < begin + 4) return std::nullopt;
    begin += 4 + 4u * ReadU16(p + begin + 2);
  }
  if (datagram.size() < begin) return std::nullopt;
  size_t end = datagram.size();
  if (p[0] & kPaddingBit) {
    // The last byte counts the padding, itself included.
    const size_t padding = datagram.back();
    if (padding == 0 || padding > end - begin) return std::nullopt;
    end -= padding;
  }
  packet.payload = datagram.subspan(begin, end - begin);
  return packet;
}

void WriteRtpHeader(const RtpHeader& header, std::span<uint8_t, kRtpHeaderBytes> out) {
  out[0] = kVersion2;
  out[1] = static_cast<uint8_t>((header.marker ? 0x80 : 0) | (header.payload_type & 0x7F));
  WriteU16(&out[2], header.sequence);
  WriteU32(&out[4], header.timestamp);
  WriteU32(&out[8], header.ssrc);
}

}  // namespace hotline::media
