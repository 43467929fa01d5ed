#include "services/media/rtp/port_pool.h"

#include <set>

#include "gtest/gtest.h"

#include "tests/media/rtp_peer.h"

namespace hotline::media {
namespace {

constexpr uint32_t kLoopback = 0x7F000001;

// A range that is free right now: it begins with a port that the kernel picked.
PortRange FreeRange(uint16_t pairs) {
  const UdpSocket probe;
  const auto first = static_cast<uint16_t>((probe.address().port + 1) & ~1);
  return {first, static_cast<uint16_t>(first + 2 * (pairs - 1))};
}

TEST(PortPool, GivesEvenPortsUntilNoneIsLeft) {
  const PortRange range = FreeRange(8);
  PortPool pool(kLoopback, range);
  std::vector<PortPair> pairs;
  std::set<uint16_t> ports;
  for (;;) {
    auto pair = pool.Open(0);
    if (!pair.ok()) {
      EXPECT_TRUE(absl::IsUnavailable(pair.status())) << pair.status();
      break;
    }
    EXPECT_EQ(pair->port() % 2, 0);
    EXPECT_GE(pair->port(), range.first);
    EXPECT_LE(pair->port(), range.last);
    ports.insert(pair->port());
    pairs.push_back(*std::move(pair));
  }
  EXPECT_EQ(ports.size(), pairs.size());
  EXPECT_GE(pairs.size(), 6u) << "of eight; somebody else may have taken one";
  const uint16_t port = pairs.back().port();
  pairs.pop_back();
  const auto again = pool.Open(port);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->port(), port);
}

TEST(PortPool, StepsOverPortsOfOthers) {
  PortPool pool(kLoopback, {30000, 39998});
  const auto first = pool.Open(0);
  ASSERT_TRUE(first.ok());
  // Only the RTCP port of the pair is taken by someone else.
  PortPool other(kLoopback, {first->port(), first->port()});
  EXPECT_TRUE(absl::IsUnavailable(other.Open(0).status()));
  EXPECT_TRUE(absl::IsAlreadyExists(other.Open(first->port()).status()));
}

TEST(PortPool, RefusesWantedPortsThatMakeNoSense) {
  PortPool pool(kLoopback, {30001, 30011});
  EXPECT_TRUE(absl::IsInvalidArgument(pool.Open(30003).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(pool.Open(30000).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(pool.Open(30012).status()));
}

TEST(PortPool, AnAddressThatIsNotOursIsNamed) {
  PortPool pool(0xC0000201, {30000, 30010});  // 192.0.2.1, for documentation only
  EXPECT_TRUE(absl::IsUnavailable(pool.Open(0).status()));
}

}  // namespace
}  // namespace hotline::media
