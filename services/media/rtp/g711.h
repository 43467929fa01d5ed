// G.711 (ITU-T G.711, A-law and µ-law) between bytes and linear samples, by spandsp's tables of the
// law.
//
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "services/media/core/frame.h"

namespace hotline::media {

enum class Codec : uint8_t { kPcma, kPcmu };

/// Returns the static payload type (RFC 3551 table 4).
uint8_t PayloadTypeOf(Codec codec);

/// Returns the codec of a payload type that is G.711; PCMA for all others.
Codec CodecOf(uint8_t payload_type);

/// Returns the byte that is silence.
uint8_t SilenceOf(Codec codec);

/// Requires: both spans have the same size.
void DecodeG711(Codec codec, std::span<const uint8_t> bytes, std::span<int16_t> samples);
void EncodeG711(Codec codec, const Frame& samples, std::span<uint8_t, kFrameSamples> bytes);

}  // namespace hotline::media
