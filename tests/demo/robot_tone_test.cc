#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "deploy/demo/robot/ear.h"
#include "deploy/demo/robot/sdp.h"
#include "deploy/demo/robot/tone.h"

namespace hotline::robot {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;

// Feeds `seconds10` tenths of a second of `hz` and returns what the last window heard.
ToneSet Hear(ToneMeter& meter, int hz, Codec codec, int tenths) {
  ToneLoop loop(hz, codec);
  ToneSet heard = 0;
  for (int i = 0; i < tenths * kWindowSamples / kPacketSamples; ++i) {
    heard = meter.Add(loop.Next(), codec).value_or(heard);
  }
  return heard;
}

TEST(ToneMeter, NamesTheToneOfEitherCodec) {
  ToneMeter meter({300, 600, 1500});
  EXPECT_EQ(Hear(meter, 600, Codec::kPcma, 2), meter.BitOf(600));
  EXPECT_EQ(Hear(meter, 1500, Codec::kPcmu, 2), meter.BitOf(1500));
}

TEST(ToneMeter, HearsNothingInSilenceAndInAnUnknownTone) {
  ToneMeter meter({300, 600});
  EXPECT_EQ(Hear(meter, 0, Codec::kPcma, 2), 0U);
  EXPECT_EQ(Hear(meter, 450, Codec::kPcma, 2), 0U);
}

TEST(Ear, ReportsAToneAfterTwoWindowsAndCountsTheGap) {
  std::vector<ToneSet> changes;
  Ear ear({300, 600}, [&changes](ToneSet heard) { changes.push_back(heard); });
  ToneLoop loop(300, Codec::kPcma);
  Instant now = Now();
  const auto speak = [&](ToneLoop& tone, int packets) {
    for (int i = 0; i < packets; ++i) {
      now += std::chrono::milliseconds(20);
      ear.Feed(tone.Next(), Codec::kPcma, now);
    }
  };
  speak(loop, 5);
  EXPECT_FALSE(ear.Hears(300));
  speak(loop, 5);
  EXPECT_TRUE(ear.Hears(300));
  EXPECT_EQ(ear.Describe(), "300");
  ToneLoop silence(0, Codec::kPcma);
  speak(silence, 20);
  EXPECT_FALSE(ear.Hears(300));
  speak(loop, 10);
  EXPECT_TRUE(ear.Hears(300));
  EXPECT_GE(ear.LongestGap(300), absl::Milliseconds(400));
  EXPECT_EQ(changes.size(), 3U);
}

TEST(Sdp, ReadsWhatItWrites) {
  const AudioDescription audio{.address = "127.0.0.1",
                               .port = 4002,
                               .codec = Codec::kPcmu,
                               .direction = Direction::kSendOnly};
  const auto read = ParseSdp(FormatSdp(audio, 7));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->port, 4002);
  EXPECT_EQ(read->codec, Codec::kPcmu);
  EXPECT_EQ(read->direction, Direction::kSendOnly);
  EXPECT_EQ(read->event_payload_type, 101);
}

TEST(Sdp, RefusesADescriptionWithoutG711) {
  EXPECT_THAT(ParseSdp("v=0\r\nm=audio 4000 RTP/AVP 96\r\n"), Eq(std::nullopt));
  EXPECT_THAT(ParseSdp("v=0\r\ns=-\r\n"), Eq(std::nullopt));
  EXPECT_THAT(ParseSdp("m=audio 99999 RTP/AVP 8\r\n"), Eq(std::nullopt));
}

}  // namespace
}  // namespace hotline::robot
