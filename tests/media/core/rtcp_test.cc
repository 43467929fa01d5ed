#include "services/media/core/rtcp.h"

#include <array>

#include "gtest/gtest.h"

#include "services/media/core/wire.h"

namespace hotline::media {
namespace {

TEST(ReceptionStats, CountsLossesAcrossTheWrap) {
  ReceptionStats stats;
  EXPECT_FALSE(stats.TakeBlock());
  stats.Start(7, 65530);
  uint32_t timestamp = 0;
  for (int i = 0; i < 20; ++i, timestamp += 160) {
    if (i % 4 == 3) continue;
    stats.Count(static_cast<uint16_t>(65530 + i), timestamp, timestamp);
  }
  auto block = stats.TakeBlock();
  ASSERT_TRUE(block);
  EXPECT_EQ(block->ssrc, 7u);
  EXPECT_EQ(block->highest_sequence, 65536u + 12);  // 65530 + 18
  EXPECT_EQ(block->total_lost, 4);
  EXPECT_EQ(block->fraction_lost, 4 * 256 / 19);
  EXPECT_EQ(block->jitter, 0u);
  block = stats.TakeBlock();
  EXPECT_EQ(block->fraction_lost, 0) << "nothing expected since";
  EXPECT_EQ(block->total_lost, 4);
}

TEST(ReceptionStats, JitterIsTheMeanDeviation) {
  ReceptionStats stats;
  stats.Start(7, 0);
  for (uint16_t i = 0; i < 500; ++i) {
    const uint32_t timestamp = 160u * i;
    stats.Count(i, timestamp, timestamp + (i % 2 ? 40 : 0));
  }
  EXPECT_NEAR(stats.TakeBlock()->jitter, 40, 1);
}

TEST(ReceptionStats, DuplicatesMakeTheLossNegative) {
  ReceptionStats stats;
  stats.Start(7, 5);
  for (int i = 0; i < 3; ++i) stats.Count(5, 0, 0);
  EXPECT_EQ(stats.TakeBlock()->total_lost, -2);
}

TEST(WriteRtcp, SenderReportWithBlockAndName) {
  std::array<uint8_t, kMaxRtcpBytes> out;
  const size_t size = WriteRtcp(
      {.ssrc = 0xAABBCCDD,
       .cname = "hotline",
       .sender =
           RtcpReport::Sender{
               .ntp_time = 0x1122334455667788, .timestamp = 160, .packets = 3, .bytes = 480},
       .block = ReceptionStats::Block{.ssrc = 9, .total_lost = -1}},
      out);
  EXPECT_EQ(out[0], 0x81);
  EXPECT_EQ(out[1], 200);
  EXPECT_EQ(ReadU16(&out[2]), 52 / 4 - 1);
  EXPECT_EQ(ReadU32(&out[4]), 0xAABBCCDD);
  EXPECT_EQ(ReadU32(&out[8]), 0x11223344u);
  EXPECT_EQ(ReadU32(&out[20]), 3u);
  EXPECT_EQ(ReadU32(&out[28]), 9u);
  EXPECT_EQ(ReadU32(&out[32]), 0x00FFFFFFu);
  EXPECT_EQ(out[53], 202) << "SDES follows";
  EXPECT_EQ(size % 4, 0u);
  EXPECT_EQ(52u + 4 * (ReadU16(&out[54]) + 1), size);
}

TEST(WriteRtcp, ReceiverReportWithTheLongestName) {
  std::array<uint8_t, kMaxRtcpBytes> out;
  const std::string name(kMaxCname, 'x');
  const size_t size = WriteRtcp({.ssrc = 1, .cname = name}, out);
  EXPECT_EQ(out[0], 0x80);
  EXPECT_EQ(out[1], 201);
  EXPECT_EQ(ReadU16(&out[2]), 1);
  EXPECT_EQ(8u + 4 * (ReadU16(&out[10]) + 1), size);
  EXPECT_EQ(out[size - 1], 0) << "the items end with a zero byte";
}

}  // namespace
}  // namespace hotline::media
