#include "services/media/core/telephone_event.h"

#include <array>
#include <string>

#include "gtest/gtest.h"

namespace hotline::media {
namespace {

class TelephoneEventTest : public testing::Test {
 protected:
  void Send(uint8_t code, uint32_t timestamp, uint16_t duration = 160, bool end = false) {
    const std::array<uint8_t, 4> payload = {code, static_cast<uint8_t>(end ? 0x8A : 0x0A),
                                            static_cast<uint8_t>(duration >> 8),
                                            static_cast<uint8_t>(duration)};
    if (const auto digit = decoder_.Decode(payload, timestamp, now_++)) heard_ += *digit;
  }

  TelephoneEventDecoder decoder_;
  FrameCount now_ = 0;
  std::string heard_;
};

TEST_F(TelephoneEventTest, OneDigitPerKeyPress) {
  for (uint32_t key = 0; key < 16; ++key) {
    const uint32_t timestamp = 8000 * key;
    for (uint16_t d = 160; d < 800; d += 160) Send(static_cast<uint8_t>(key), timestamp, d);
    for (int copy = 0; copy < 3; ++copy) Send(static_cast<uint8_t>(key), timestamp, 800, true);
  }
  EXPECT_EQ(heard_, "0123456789*#ABCD");
}

TEST_F(TelephoneEventTest, TheSameKeyTwice) {
  Send(5, 1000), Send(5, 1000, 800, true);
  Send(5, 3000), Send(5, 3000, 800, true);
  EXPECT_EQ(heard_, "55");
}

TEST_F(TelephoneEventTest, OnePacketIsEnough) {
  Send(3, 4711, 800, true);
  EXPECT_EQ(heard_, "3");
}

TEST_F(TelephoneEventTest, RepeatsOvertakenByTheNextKeyAreIgnored) {
  Send(1, 1000);
  Send(2, 5000);
  Send(1, 1000, 800, true);
  Send(2, 5000, 800, true);
  EXPECT_EQ(heard_, "12");
}

TEST_F(TelephoneEventTest, TimestampsWrapAround) {
  Send(1, 0xFFFFFF00, 800, true);
  Send(2, 0x00000200, 800, true);
  EXPECT_EQ(heard_, "12");
}

TEST_F(TelephoneEventTest, AKeyHeldForLongIsOneDigit) {
  uint32_t timestamp = 1000;
  for (int segment = 0; segment < 3; ++segment) {
    Send(9, timestamp, 0x8000);
    Send(9, timestamp, 0xFFFF);
    timestamp += 0xFFFF;
  }
  Send(9, timestamp, 400, true);
  EXPECT_EQ(heard_, "9");
}

TEST_F(TelephoneEventTest, ASenderThatNeverMovesItsClockIsHeardAfterAPause) {
  Send(7, 0, 800, true);
  now_ += TelephoneEventDecoder::kForgetAfter + 1;
  Send(7, 0, 800, true);
  EXPECT_EQ(heard_, "77");
}

TEST_F(TelephoneEventTest, IgnoresFlashTonesAndShortPayloads) {
  Send(16, 1000), Send(32, 2000), Send(255, 3000);
  const std::array<uint8_t, 3> three = {1, 0x0A, 0};
  EXPECT_FALSE(decoder_.Decode(three, 4000, now_));
  EXPECT_FALSE(decoder_.Decode({}, 4000, now_));
  EXPECT_EQ(heard_, "");
}

TEST_F(TelephoneEventTest, ANewStreamStartsAfresh) {
  Send(1, 1000, 800, true);
  decoder_.Reset();
  Send(1, 1000, 800, true);
  EXPECT_EQ(heard_, "11");
}

}  // namespace
}  // namespace hotline::media
