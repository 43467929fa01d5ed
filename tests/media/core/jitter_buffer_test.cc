#include "services/media/core/jitter_buffer.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "gtest/gtest.h"

#include "services/media/core/rtp_packet.h"

namespace hotline::media {
namespace {

constexpr int kLost = -1, kSilence = -2;

// Packets are filled with the low byte of their sequence number, so what comes out names its
// origin.
class JitterBufferTest : public testing::Test {
 protected:
  void Put(int sequence, size_t size = kFrameSamples) {
    const std::vector<uint8_t> payload(size, static_cast<uint8_t>(sequence));
    buffer_.PutAudio(static_cast<uint16_t>(sequence), kPayloadPcma, payload);
  }

  // One frame, as the origin of each of its pieces.
  std::vector<int> Pull() {
    buffer_.BeginFrame();
    std::vector<int> pieces;
    for (size_t filled = 0; filled < kFrameSamples;) {
      const auto piece = buffer_.Next(kFrameSamples - filled);
      EXPECT_GT(piece.samples, 0u);
      filled += piece.samples;
      EXPECT_LE(filled, kFrameSamples);
      pieces.push_back(piece.kind == JitterBuffer::Kind::kAudio  ? piece.payload[0]
                       : piece.kind == JitterBuffer::Kind::kLost ? kLost
                                                                 : kSilence);
    }
    const auto counts = buffer_.TakeCounts();
    lost_ += counts.lost;
    late_ += counts.late;
    dropped_ += counts.dropped;
    return pieces;
  }

  int PullOne() {
    const auto pieces = Pull();
    EXPECT_EQ(pieces.size(), 1u);
    return pieces.front();
  }

  void Start(int first) {
    for (int i = 0; i < 3; ++i) Put(first + i);
  }

  JitterBuffer buffer_;
  uint64_t lost_ = 0, late_ = 0, dropped_ = 0;
};

TEST_F(JitterBufferTest, PlaysInOrderAfterThreePackets) {
  Put(10);
  EXPECT_EQ(PullOne(), kSilence);
  Put(11);
  EXPECT_EQ(PullOne(), kSilence);
  Put(12);
  EXPECT_EQ(PullOne(), 10);
  Put(13);
  EXPECT_EQ(PullOne(), 11);
  EXPECT_EQ(PullOne(), 12);
  EXPECT_EQ(PullOne(), 13);
  EXPECT_EQ(lost_ + late_ + dropped_, 0u);
}

TEST_F(JitterBufferTest, PutsSwappedPacketsInOrder) {
  Put(2);  // even the first two, while nothing plays yet
  Put(1);
  Put(4);
  Put(3);
  for (int expected = 1; expected <= 4; ++expected) EXPECT_EQ(PullOne(), expected);
  EXPECT_EQ(late_ + lost_, 0u);
}

TEST_F(JitterBufferTest, IgnoresDuplicates) {
  Start(1);
  Put(2);
  EXPECT_EQ(PullOne(), 1);
  Put(1);  // played already
  EXPECT_EQ(PullOne(), 2);
  EXPECT_EQ(PullOne(), 3);
  EXPECT_EQ(late_, 2u);
  EXPECT_EQ(lost_ + dropped_, 0u);
}

TEST_F(JitterBufferTest, ConcealsALossOnceAndCountsIt) {
  Put(1), Put(2), Put(4), Put(5);
  EXPECT_EQ(PullOne(), 1);
  EXPECT_EQ(PullOne(), 2);
  EXPECT_EQ(PullOne(), kLost);
  EXPECT_EQ(PullOne(), 4);
  Put(3);
  EXPECT_EQ(PullOne(), 5);
  EXPECT_EQ(lost_, 1u);
  EXPECT_EQ(late_, 1u);
}

TEST_F(JitterBufferTest, ALossFoundAfterRunningDryIsNotFilledTwice) {
  Start(1);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(PullOne(), i);
  EXPECT_EQ(PullOne(), kLost);  // 4 did not come
  Put(5);
  EXPECT_EQ(PullOne(), 5);  // and no second gap for it
  EXPECT_EQ(lost_, 1u);
}

TEST_F(JitterBufferTest, CrossesTheEndOfSequenceNumbers) {
  for (int i = 65534; i < 65534 + 6; ++i) Put(i & 0xFFFF);
  for (int i = 65534; i < 65534 + 6; ++i) EXPECT_EQ(PullOne(), i & 0xFF);
  EXPECT_EQ(lost_ + late_, 0u);
}

TEST_F(JitterBufferTest, PacketsOfTenAndThirtyMillisecondsBecomeFrames) {
  for (int i = 0; i < 8; ++i) Put(i, 80);
  EXPECT_EQ(Pull(), (std::vector<int>{0, 1}));
  EXPECT_EQ(Pull(), (std::vector<int>{2, 3}));
  buffer_.Reset();
  for (int i = 0; i < 4; ++i) Put(i, 240);
  EXPECT_EQ(Pull(), (std::vector<int>{0}));
  EXPECT_EQ(Pull(), (std::vector<int>{0, 1}));
  EXPECT_EQ(Pull(), (std::vector<int>{1, 1})) << "kept in two planes";
}

TEST_F(JitterBufferTest, DigitsTakeSequenceNumbersButAreNoLosses) {
  Start(1);
  for (int i = 4; i <= 9; ++i) {
    buffer_.PutSilent(static_cast<uint16_t>(i));
    PullOne();
  }
  for (int i = 10; i < 20; ++i) {
    Put(i);
    PullOne();
  }
  EXPECT_EQ(lost_ + late_ + dropped_, 0u);
  EXPECT_GE(buffer_.buffered(), JitterBuffer::kStartLevel - kFrameSamples) << "the delay came back";
}

TEST_F(JitterBufferTest, AFasterSenderLosesAPacketNowAndThen) {
  // 1 % faster: one packet too many in 100.
  Start(0);
  int sequence = 3;
  size_t deepest = 0;
  for (int frame = 0; frame < 10'000; ++frame) {
    Put(sequence++);
    if (frame % 100 == 0) Put(sequence++);
    PullOne();
    deepest = std::max(deepest, buffer_.buffered());
  }
  EXPECT_EQ(lost_ + late_, 0u);
  EXPECT_NEAR(static_cast<double>(dropped_), 100, 5);
  EXPECT_LE(deepest, 9 * kFrameSamples) << "the delay stays bounded";
}

TEST_F(JitterBufferTest, ASlowerSenderRunsDryNowAndThen) {
  Start(0);
  int sequence = 3, gaps = 0;
  for (int frame = 0; frame < 10'000; ++frame) {
    if (frame % 100 != 0) Put(sequence++);
    gaps += PullOne() < 0;
  }
  EXPECT_EQ(lost_ + late_ + dropped_, 0u);
  EXPECT_LE(gaps, 102);
}

TEST_F(JitterBufferTest, JitterWithinTheStartLevelIsInaudible) {
  std::mt19937 random(7);
  std::vector<std::pair<int, int>> arrivals;  // frame, sequence
  for (int i = 0; i < 2000; ++i) arrivals.emplace_back(i + static_cast<int>(random() % 3), i);
  std::stable_sort(arrivals.begin(), arrivals.end(),
                   [](auto a, auto b) { return a.first < b.first; });
  auto next = arrivals.begin();
  int audio = 0;
  for (int frame = 0; frame < 1995; ++frame) {
    for (; next != arrivals.end() && next->first <= frame; ++next) Put(next->second);
    audio += PullOne() >= 0;
  }
  EXPECT_EQ(lost_ + dropped_, 0u);
  EXPECT_GE(audio, 1990);
}

TEST_F(JitterBufferTest, ABurstAfterAStallIsCutToTheStartLevel) {
  Start(0);
  PullOne();
  for (int i = 3; i < 20; ++i) Put(i);
  PullOne();
  EXPECT_LE(buffer_.buffered(), JitterBuffer::kStartLevel);
  EXPECT_GT(dropped_, 10u);
}

TEST_F(JitterBufferTest, FollowsASenderThatJumps) {
  Start(100);
  PullOne();
  Put(10'000);  // ahead
  Put(10'001), Put(10'002);
  EXPECT_EQ(PullOne(), 10'000 & 0xFF);
  for (int i = 0; i < 20; ++i) Put(500 + i);  // back, with the same SSRC
  int last = 0;
  for (int i = 0; i < 10; ++i) last = PullOne();
  EXPECT_EQ(last, 518 & 0xFF) << "the first nine were taken for late ones";
}

TEST_F(JitterBufferTest, StopsAfterSilenceAndStartsWithTheFullLevel) {
  Start(1);
  for (int i = 0; i < 3 + 10; ++i) PullOne();
  EXPECT_EQ(PullOne(), kSilence);
  Put(200);
  EXPECT_EQ(PullOne(), kSilence);
  Put(201), Put(202);
  EXPECT_EQ(PullOne(), 200);
  EXPECT_EQ(lost_, 0u) << "a pause is no loss";
}

TEST_F(JitterBufferTest, RandomTrafficKeepsTheBooks) {
  std::mt19937 random(12348);
  for (int run = 0; run < 20; ++run) {
    uint16_t sequence = static_cast<uint16_t>(random());
    for (int step = 0; step < 5'000; ++step) {
      switch (random() % 8) {
        case 0:
          sequence = static_cast<uint16_t>(sequence + random() % 50 - 25);
          break;
        case 1:
          buffer_.PutSilent(sequence++);
          break;
        case 2:
          Put(static_cast<uint16_t>(random()), 1 + random() % JitterBuffer::kMaxPayload);
          break;
        case 3:
        case 4:
          Pull();
          break;
        default:
          Put(sequence++, 80 * (1 + random() % 6));
      }
      ASSERT_LE(buffer_.buffered(), (JitterBuffer::kSlots + 1) * JitterBuffer::kMaxPayload);
    }
    for (int i = 0; i < 200; ++i) Pull();
    ASSERT_EQ(buffer_.buffered(), 0u);
    ASSERT_EQ(PullOne(), kSilence);
  }
}

}  // namespace
}  // namespace hotline::media
