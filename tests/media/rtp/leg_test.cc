// A leg without sockets and without real time: packets in, packets out, frame by frame.
#include "services/media/rtp/leg.h"

#include <cmath>
#include <random>

#include "gtest/gtest.h"

#include "services/media/core/wire.h"
#include "tests/media/rtp_peer.h"

namespace hotline::media {
namespace {

constexpr UdpAddress kPeer{0x0A000001, 30000};
constexpr FrameCount kTimeout = 100;
constexpr double kTone = 600;

class LegTest : public testing::Test {
 protected:
  LegTest() : pool_(0x7F000001, {30000, 39998}), talker_(MakeLeg(1)), listener_(MakeLeg(2)) {
    listener_.SetPeer({.signalled = kPeer, .telephone_event = 101}, now_);
    talker_.SetPeer({.signalled = kPeer, .telephone_event = 101}, now_);
    listener_.Hear(&talker_, kUnityGain);
  }

  Leg MakeLeg(LegId id) {
    auto ports = pool_.Open(0);
    EXPECT_TRUE(ports.ok());
    return Leg({.id = id, .rtp_timeout = kTimeout, .ssrc = 77, .sequence = 65535, .cname = "leg"},
               *std::move(ports));
  }

  // The talker's peer says 20 ms of a tone.
  void Say(uint16_t sequence) {
    Leg::Packet packet;
    Frame frame;
    for (size_t i = 0; i < kFrameSamples; ++i) {
      frame[i] = static_cast<int16_t>(
          kToneLevel *
          std::sin(2 * M_PI * kTone * static_cast<double>(sequence * 160u + i) / 8000));
    }
    WriteRtpHeader({.payload_type = kPayloadPcma,
                    .sequence = sequence,
                    .timestamp = sequence * 160u,
                    .ssrc = 5},
                   std::span(packet).first<kRtpHeaderBytes>());
    EncodeG711(Codec::kPcma, frame, std::span(packet).last<kFrameSamples>());
    talker_.Receive(kPeer, packet, now_, counts_, events_);
  }

  // One tick.
  std::optional<RtpHeader> Tick() {
    talker_.Decode(now_, counts_, events_);
    listener_.Decode(now_, counts_, events_);
    Leg::Packet packet;
    const auto to = listener_.MakePacket(now_, mixer_, packet, events_);
    ++now_;
    if (!to) return std::nullopt;
    const auto sent = ParseRtp(packet);
    heard_.resize(kFrameSamples);
    DecodeG711(Codec::kPcma, sent->payload, heard_);
    return sent->header;
  }

  PortPool pool_;
  FrameCount now_ = 0;
  LegCounts counts_;
  EventList events_;
  Mixer mixer_;
  std::vector<int16_t> heard_;  // in the last tick
  Leg talker_, listener_;
};

// Each loss meets spandsp's ring of history at another place.
TEST_F(LegTest, LostPacketsAreConcealed) {
  constexpr int kEvery = 9;
  for (uint16_t i = 0; i < 100; ++i) {
    if (i % kEvery != kEvery - 1) Say(i);
    Tick();
    if (i > 3) {
      EXPECT_GT(LevelOf(heard_, kTone), kToneLevel / 2) << i;
    }
  }
  EXPECT_EQ(counts_.lost, 10u) << "the eleventh is not due yet";
}

TEST_F(LegTest, SilenceFadesInAfterTheLastPacket) {
  for (uint16_t i = 0; i < 10; ++i) Say(i), Tick();
  for (int i = 0; i < 10; ++i) Tick();
  EXPECT_LT(LevelOf(heard_, kTone), 10);
}

TEST_F(LegTest, TimestampsFollowTheClockAndTheMarkerTellsOfPauses) {
  const auto first = Tick();
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->marker);
  const auto second = Tick();
  EXPECT_FALSE(second->marker);
  EXPECT_EQ(second->sequence, 0) << "after 65535";
  EXPECT_EQ(second->timestamp, first->timestamp + 160);
  now_ += 7;  // ticks that were skipped
  const auto third = Tick();
  EXPECT_TRUE(third->marker);
  EXPECT_EQ(third->sequence, 1);
  EXPECT_EQ(third->timestamp, second->timestamp + 8 * 160);
}

TEST_F(LegTest, SilenceIsToldEachTimeItHasGrownByTheTimeout) {
  const auto told = [&] {
    size_t n = 0;
    for (const auto& event : events_.events()) n += event.leg == 1;
    return n;
  };
  for (int i = 0; i < 3 * kTimeout / 2; ++i) Tick();
  EXPECT_EQ(told(), 1u);
  talker_.SetPeer({.signalled = kPeer, .telephone_event = 101}, now_);
  Tick();
  EXPECT_EQ(told(), 1u) << "the same SDP again is no news";
  for (int i = 0; i < kTimeout; ++i) Tick();
  EXPECT_EQ(told(), 2u);
  Say(1);
  for (int i = 0; i < 3 * kTimeout / 2; ++i) Tick();
  EXPECT_EQ(told(), 3u) << "the packets began a new silence";
}

TEST_F(LegTest, NothingIsExpectedBeforeThePeerIsKnownOrFromOneThatDoesNotSend) {
  Leg fresh = MakeLeg(3);
  talker_.SetPeer({.signalled = kPeer, .telephone_event = 101, .sends = false}, now_);
  for (int i = 0; i < 3 * kTimeout; ++i) {
    Tick();
    fresh.Decode(now_, counts_, events_);
  }
  for (const auto& event : events_.events()) EXPECT_EQ(event.leg, 2u);
}

TEST_F(LegTest, ReportsWhatItSentAndHeard) {
  std::array<uint8_t, kMaxRtcpBytes> report;
  UdpAddress to;
  for (uint16_t i = 0; i < 10; ++i) Say(i), Tick();
  size_t size = listener_.MakeReport(now_, 42, report, to);
  ASSERT_GT(size, 28u);
  EXPECT_EQ(report[1], 200) << "a sender report";
  EXPECT_EQ(ReadU32(&report[20]), 10u) << "packets";
  EXPECT_EQ(to, (UdpAddress{kPeer.address, 30001}));
  size = talker_.MakeReport(now_, 42, report, to);
  ASSERT_GT(size, 32u);
  EXPECT_EQ(report[0], 0x81);
  EXPECT_EQ(report[1], 201) << "a receiver report with one block: it was never asked to send";
  EXPECT_EQ(ReadU32(&report[8]), 5u) << "about SSRC 5";
}

TEST_F(LegTest, AFullPlaylistCountsAsFinished) {
  auto prompt = std::make_shared<Prompt>(Prompt{"p", std::vector<int16_t>(8000, 1)});
  for (size_t i = 0; i < Playlist::kMaxPrompts; ++i) listener_.Play(prompt, false, false, events_);
  EXPECT_TRUE(events_.events().empty());
  listener_.Play(prompt, false, false, events_);
  EXPECT_EQ(events_.events().size(), 1u);
}

TEST_F(LegTest, RandomPacketsFromThePeerDoNoHarm) {
  std::mt19937 random(12348);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<uint8_t> bytes(kRtpHeaderBytes + random() % 500);
    for (auto& byte : bytes) byte = static_cast<uint8_t>(random());
    bytes[0] = static_cast<uint8_t>(0x80 | (random() % 4 == 0 ? random() % 64 : 0));
    const uint8_t types[] = {0, 8, 13, 101, static_cast<uint8_t>(random())};
    bytes[1] = types[random() % 5];
    if (random() % 2) WriteU32(&bytes[8], 5);
    talker_.Receive(kPeer, bytes, now_, counts_, events_);
    if (random() % 3 == 0) Tick();
    events_.events().clear();
  }
  for (uint16_t i = 1000; i < 1030; ++i) Say(i), Tick();
  EXPECT_GT(LevelOf(heard_, kTone), kToneLevel / 2);
}

}  // namespace
}  // namespace hotline::media
