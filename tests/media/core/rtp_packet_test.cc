#include "services/media/core/rtp_packet.h"

#include <array>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace hotline::media {
namespace {

std::vector<uint8_t> Packet(size_t payload = 160) {
  std::vector<uint8_t> bytes(kRtpHeaderBytes + payload, 0xD5);
  WriteRtpHeader({.payload_type = kPayloadPcma,
                  .marker = true,
                  .sequence = 65535,
                  .timestamp = 0xFFFFFF60,
                  .ssrc = 0x12348},
                 std::span(bytes).first<kRtpHeaderBytes>());
  return bytes;
}

TEST(RtpPacket, HeaderRoundTrips) {
  const auto bytes = Packet();
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header.payload_type, kPayloadPcma);
  EXPECT_TRUE(packet->header.marker);
  EXPECT_EQ(packet->header.sequence, 65535);
  EXPECT_EQ(packet->header.timestamp, 0xFFFFFF60);
  EXPECT_EQ(packet->header.ssrc, 0x12348u);
  EXPECT_EQ(packet->payload.size(), 160u);
  EXPECT_EQ(packet->payload.data(), bytes.data() + kRtpHeaderBytes);
}

TEST(RtpPacket, SkipsCsrcListExtensionAndPadding) {
  auto bytes = Packet(0);
  bytes[0] |= 0x20 | 0x10 | 2;                          // padding, extension, two CSRCs
  bytes.insert(bytes.end(), 8, 0xCC);                   // the CSRCs
  bytes.insert(bytes.end(), {0xBE, 0xDE, 0x00, 0x01});  // extension of one word
  bytes.insert(bytes.end(), 4, 0xEE);
  bytes.insert(bytes.end(), {1, 2, 3});
  bytes.insert(bytes.end(), {0, 0, 3});  // three bytes of padding
  const auto packet = ParseRtp(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(std::vector<uint8_t>(packet->payload.begin(), packet->payload.end()),
            (std::vector<uint8_t>{1, 2, 3}));
}

TEST(RtpPacket, RefusesWhatIsNoRtp) {
  EXPECT_FALSE(ParseRtp({}));
  auto bytes = Packet();
  EXPECT_FALSE(ParseRtp(std::span(bytes).first(11)));
  bytes[0] = 0x00;  // STUN starts with 00
  EXPECT_FALSE(ParseRtp(bytes));
  bytes = Packet();
  bytes[1] = 200;  // an RTCP sender report sent to the wrong port
  EXPECT_FALSE(ParseRtp(bytes));
}

TEST(RtpPacket, RefusesLengthsThatPointOutside) {
  auto csrc = Packet(59);
  csrc[0] |= 15;
  EXPECT_FALSE(ParseRtp(csrc));
  auto extension = Packet(4);
  extension[0] |= 0x10;
  extension[14] = 0xFF;  // 65,000 words and more
  EXPECT_FALSE(ParseRtp(extension));
  auto padding = Packet(4);
  padding[0] |= 0x20;
  padding.back() = 5;
  EXPECT_FALSE(ParseRtp(padding));
  padding.back() = 0;
  EXPECT_FALSE(ParseRtp(padding));
}

TEST(RtpPacket, MutationsNeverReadOutside) {
  std::mt19937 random(12348);  // ASan watches; the seed names the run
  const auto seed = Packet(40);
  for (int round = 0; round < 200'000; ++round) {
    std::vector<uint8_t> bytes(seed.begin(), seed.begin() + random() % (seed.size() + 1));
    for (unsigned i = random() % 6; i > 0 && !bytes.empty(); --i) {
      bytes[random() % std::min<size_t>(bytes.size(), 20)] = static_cast<uint8_t>(random());
    }
    bytes.shrink_to_fit();
    if (const auto packet = ParseRtp(bytes)) {
      ASSERT_GE(packet->payload.data(), bytes.data() + kRtpHeaderBytes);
      ASSERT_LE(packet->payload.data() + packet->payload.size(), bytes.data() + bytes.size());
    }
  }
}

}  // namespace
}  // namespace hotline::media
