#include "services/media/rtp/g711.h"

#include <array>
#include <cstdlib>

#include "gtest/gtest.h"

namespace hotline::media {
namespace {

int16_t RoundTrip(Codec codec, int16_t sample, uint8_t& byte) {
  Frame frame;
  frame.fill(sample);
  std::array<uint8_t, kFrameSamples> bytes;
  EncodeG711(codec, frame, bytes);
  byte = bytes[0];
  Frame decoded;
  DecodeG711(codec, bytes, decoded);
  return decoded[0];
}

// Values of ITU-T G.711's tables 1 and 2, scaled to 16 bits.
TEST(G711, KnownValues) {
  uint8_t byte = 0;
  RoundTrip(Codec::kPcmu, 0, byte);
  EXPECT_EQ(byte, SilenceOf(Codec::kPcmu));
  EXPECT_EQ(RoundTrip(Codec::kPcmu, 32767, byte), 32124);
  EXPECT_EQ(byte, 0x80);
  RoundTrip(Codec::kPcma, 0, byte);
  EXPECT_EQ(byte, SilenceOf(Codec::kPcma));
  EXPECT_EQ(RoundTrip(Codec::kPcma, 32767, byte), 32256);
  EXPECT_EQ(byte, 0xAA);
}

TEST(G711, ErrorStaysBelowTheStepOfItsSegment) {
  for (const Codec codec : {Codec::kPcma, Codec::kPcmu}) {
    for (int sample = -32768; sample <= 32767; sample += 7) {
      uint8_t byte = 0;
      const int error = std::abs(RoundTrip(codec, static_cast<int16_t>(sample), byte) - sample);
      ASSERT_LE(error, std::abs(sample) / 16 + 16) << sample;
    }
  }
}

TEST(G711, PayloadTypes) {
  EXPECT_EQ(PayloadTypeOf(Codec::kPcma), 8);
  EXPECT_EQ(PayloadTypeOf(Codec::kPcmu), 0);
  EXPECT_EQ(CodecOf(0), Codec::kPcmu);
  EXPECT_EQ(CodecOf(8), Codec::kPcma);
}

}  // namespace
}  // namespace hotline::media
