// Big-endian numbers in packets. For the .cc files of media/core only.
#pragma once

#include <cstdint>

namespace hotline::media {

inline uint16_t ReadU16(const uint8_t* p) {
  return static_cast<uint16_t>(p[0] << 8 | p[1]);
}

inline uint32_t ReadU32(const uint8_t* p) {
  return static_cast<uint32_t>(ReadU16(p)) << 16 | ReadU16(p + 2);
}

inline void WriteU16(uint8_t* p, uint16_t value) {
  p[0] = static_cast<uint8_t>(value >> 8);
  p[1] = static_cast<uint8_t>(value);
}

inline void WriteU32(uint8_t* p, uint32_t value) {
  WriteU16(p, static_cast<uint16_t>(value >> 16));
  WriteU16(p + 2, static_cast<uint16_t>(value));
}

}  // namespace hotline::media
