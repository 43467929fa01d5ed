#include "services/media/rtp/g711.h"

#include <array>

#include "services/media/core/rtp_packet.h"
#include "services/media/rtp/spandsp.h"

namespace hotline::media {
namespace {

using DecodeTable = std::array<int16_t, 256>;

template <class Decode>
DecodeTable MakeTable(Decode decode) {
  DecodeTable table;
  for (int i = 0; i < 256; ++i) table[static_cast<size_t>(i)] = decode(static_cast<uint8_t>(i));
  return table;
}

// 512 bytes each stay in the first-level cache; tables for encoding (64 KiB) would not.
const DecodeTable kAlaw = MakeTable([](uint8_t byte) { return alaw_to_linear(byte); });
const DecodeTable kUlaw = MakeTable([](uint8_t byte) { return ulaw_to_linear(byte); });

}  // namespace

uint8_t PayloadTypeOf(Codec codec) {
  return codec == Codec::kPcmu ? kPayloadPcmu : kPayloadPcma;
}

Codec CodecOf(uint8_t payload_type) {
  return payload_type == kPayloadPcmu ? Codec::kPcmu : Codec::kPcma;
}

uint8_t SilenceOf(Codec codec) {
  return codec == Codec::kPcmu ? 0xFF : 0xD5;
}

void DecodeG711(Codec codec, std::span<const uint8_t> bytes, std::span<int16_t> samples) {
  const DecodeTable& table = codec == Codec::kPcmu ? kUlaw : kAlaw;
  for (size_t i = 0; i < bytes.size(); ++i) samples[i] = table[bytes[i]];
}

void EncodeG711(Codec codec, const Frame& samples, std::span<uint8_t, kFrameSamples> bytes) {
  if (codec == Codec::kPcmu) {
    for (size_t i = 0; i < kFrameSamples; ++i) bytes[i] = linear_to_ulaw(samples[i]);
  } else {
    for (size_t i = 0; i < kFrameSamples; ++i) bytes[i] = linear_to_alaw(samples[i]);
  }
}

}  // namespace hotline::media
