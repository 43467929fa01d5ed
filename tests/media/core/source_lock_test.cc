#include "services/media/core/source_lock.h"

#include "gtest/gtest.h"

namespace hotline::media {
namespace {

using Verdict = SourceLock::Verdict;

constexpr UdpAddress kPeer = {0x0A000001, 30000};
constexpr UdpAddress kNat = {0x0A000001, 61234};  // the same host, another port
constexpr UdpAddress kStranger = {0x0A000002, 30000};
constexpr uint32_t kSsrc = 11, kOther = 22;

TEST(SourceLock, RefusesAllBeforeThePeerIsKnown) {
  SourceLock lock;
  EXPECT_EQ(lock.Admit(kPeer, kSsrc, 1, 0), Verdict::kRefuse);
  EXPECT_FALSE(lock.destination());
}

TEST(SourceLock, TheSignalledSourceLocksAtOnce) {
  SourceLock lock;
  lock.SetSignalled(kPeer);
  EXPECT_EQ(lock.destination(), kPeer);
  EXPECT_EQ(lock.Admit(kPeer, kSsrc, 1, 0), Verdict::kNewStream);
  EXPECT_TRUE(lock.locked());
  EXPECT_EQ(lock.Admit(kNat, kSsrc, 2, 0), Verdict::kRefuse);
  EXPECT_EQ(lock.Admit(kPeer, kSsrc, 2, 0), Verdict::kAccept);
}

TEST(SourceLock, ASprayFromElsewhereNeverGetsIn) {
  SourceLock lock;
  lock.SetSignalled(kPeer);
  for (uint16_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(lock.Admit(kStranger, kSsrc, i, i), Verdict::kRefuse);
  }
  EXPECT_EQ(lock.Admit(kPeer, kSsrc, 1, 1000), Verdict::kNewStream);
  for (uint16_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(lock.Admit(kStranger, kSsrc, i, i), Verdict::kRefuse);
    ASSERT_EQ(lock.Admit({kPeer.address, i}, kSsrc, i, i), Verdict::kRefuse);
  }
  EXPECT_EQ(lock.destination(), kPeer);
}

TEST(SourceLock, LearnsThePortBehindNatAndAnswersThere) {
  SourceLock lock;
  lock.SetSignalled(kPeer);
  EXPECT_EQ(lock.Admit(kNat, kSsrc, 1, 100), Verdict::kNewStream);
  EXPECT_FALSE(lock.locked());
  EXPECT_EQ(lock.destination(), kNat);
  EXPECT_EQ(lock.Admit(kNat, kSsrc, 2, 100 + SourceLock::kLearnWindow), Verdict::kAccept);
  EXPECT_TRUE(lock.locked());
  EXPECT_EQ(lock.Admit(kPeer, kSsrc, 3, 200), Verdict::kRefuse) << "too late";
}

TEST(SourceLock, WithinTheWindowTheSignalledPortTakesOver) {
  SourceLock lock;
  lock.SetSignalled(kPeer);
  EXPECT_EQ(lock.Admit(kNat, kOther, 1, 0), Verdict::kNewStream);
  EXPECT_EQ(lock.Admit(kPeer, kSsrc, 1, 10), Verdict::kNewStream);
  EXPECT_EQ(lock.Admit(kNat, kOther, 2, 11), Verdict::kRefuse);
  EXPECT_EQ(lock.destination(), kPeer);
}

TEST(SourceLock, OnlyAnotherSdpForgets) {
  SourceLock lock;
  lock.SetSignalled(kPeer);
  lock.Admit(kNat, kSsrc, 1, 0);
  lock.SetSignalled(kPeer);
  EXPECT_EQ(lock.destination(), kNat);
  lock.SetSignalled(kStranger);
  EXPECT_EQ(lock.destination(), kStranger);
  EXPECT_EQ(lock.Admit(kNat, kSsrc, 2, 1), Verdict::kRefuse);
  EXPECT_EQ(lock.Admit(kStranger, kSsrc, 2, 1), Verdict::kNewStream);
}

TEST(SourceLock, HoldByAddressZeroGoesNowhere) {
  SourceLock lock;
  lock.SetSignalled({0, 30000});
  EXPECT_FALSE(lock.destination());
  EXPECT_EQ(lock.Admit({0, 30000}, kSsrc, 1, 0), Verdict::kRefuse);
}

TEST(SourceLock, ANewSsrcIsBelievedAtItsSecondPacket) {
  SourceLock lock;
  lock.SetSignalled(kPeer);
  lock.Admit(kPeer, kSsrc, 1, 0);
  EXPECT_EQ(lock.Admit(kPeer, kOther, 500, 1), Verdict::kProbation);
  EXPECT_EQ(lock.Admit(kPeer, kOther, 501, 2), Verdict::kNewStream);
  EXPECT_EQ(lock.Admit(kPeer, kOther, 502, 3), Verdict::kAccept);
}

TEST(SourceLock, TwoInterleavedStreamsDoNotFlap) {
  SourceLock lock;
  lock.SetSignalled(kPeer);
  lock.Admit(kPeer, kSsrc, 1, 0);
  for (uint16_t i = 2; i < 100; ++i) {
    EXPECT_EQ(lock.Admit(kPeer, kSsrc, i, i), Verdict::kAccept);
    EXPECT_EQ(lock.Admit(kPeer, kOther, i, i), Verdict::kProbation);
  }
}

}  // namespace
}  // namespace hotline::media
