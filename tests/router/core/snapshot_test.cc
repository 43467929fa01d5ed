#include <random>
#include <string>

#include "gtest/gtest.h"

#include "router/core/router.h"
#include "router/core/snapshot/byte_codec.h"
#include "tests/router/core/random_world.h"

namespace hotline::router {
namespace {

constexpr size_t kChecksumSize = 8;
constexpr int kSteps = 400;
constexpr int kMutations = 2'000;

/// A router in the middle of a random day.
RandomWorld BusyWorld(uint32_t seed) {
  std::mt19937 random(seed);
  const auto number = [&](int below) {
    return static_cast<int>(random() % below);
  };
  RandomWorld world;
  for (int i = 0; i < kSteps; ++i) {
    world.Do({.kind = number(RandomWorld::kKinds),
              .a = number(1000),
              .b = number(1000),
              .gap_ms = number(2000)});
  }
  return world;
}

/// Puts a right checksum under changed bytes, so that the damage reaches the fields.
std::string Sealed(std::string bytes) {
  bytes.resize(bytes.size() - kChecksumSize);
  uint64_t sum = Checksum(bytes);
  for (size_t i = 0; i < kChecksumSize; ++i, sum >>= 8) bytes.push_back(static_cast<char>(sum));
  return bytes;
}

TEST(SnapshotTest, AnEmptyAreaSurvives) {
  const std::string bytes = Router(SmallArea()).EncodeSnapshot();
  const auto router = Router::FromSnapshot(SmallArea(), bytes);
  ASSERT_TRUE(router.ok()) << router.status();
  EXPECT_EQ(router->EncodeSnapshot(), bytes);
}

TEST(SnapshotTest, EveryChangedByteIsFound) {
  const std::string bytes = BusyWorld(1).router().EncodeSnapshot();
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    EXPECT_EQ(Router::FromSnapshot(SmallArea(), damaged).status().code(),
              absl::StatusCode::kDataLoss)
        << "byte " << i;
  }
}

TEST(SnapshotTest, EveryTruncationIsFound) {
  const std::string bytes = BusyWorld(2).router().EncodeSnapshot();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(Router::FromSnapshot(SmallArea(), bytes.substr(0, size)).ok()) << size;
  }
}

// Damage under a right checksum is refused or gives some router that goes on working; never a
// crash.
TEST(SnapshotTest, NoBytesCrashIt) {
  std::mt19937 random(12348);
  const RandomWorld world = BusyWorld(3);
  const std::string bytes = world.router().EncodeSnapshot();
  int accepted = 0;
  for (int i = 0; i < kMutations; ++i) {
    std::string damaged = bytes;
    for (uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
      const size_t at = 4 + random() % (damaged.size() - 4 - kChecksumSize);
      switch (random() % 3) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, 1 + random() % 4);
          break;
        default:
          damaged.insert(at, 1, static_cast<char>(random()));
          break;
      }
    }
    auto router = Router::FromSnapshot(SmallArea(), Sealed(damaged));
    if (!router.ok()) continue;
    ++accepted;
    // A clock that was set back by years would walk through all their opening hours: right, but
    // slow.
    if (router->next_deadline() < world.now() - absl::Hours(24)) continue;
    for (const int minutes : {0, 1, 10}) {
      (void)router->Step(world.now() + absl::Minutes(minutes), Tick{});
      (void)router->EncodeSnapshot();
    }
  }
  EXPECT_GT(accepted, 0) << "the mutations never got past the checksum";
}

TEST(SnapshotTest, CallsOfARemovedQueueAreReleased) {
  Router router(SmallArea());
  const absl::Time now = absl::FromUnixSeconds(1'772'413'200);
  (void)router.Step(now, NodeAnnounced{.node = {"call-1", 1}});
  (void)router.Step(now, SeatSignedIn{{.seat = "s1", .queues = {"general"}}});
  (void)router.Step(
      now, NodeEvent{{"call-1", 1}, 1, CallQueued{{.call = CallId{7}, .queue = "general"}}});

  AreaConfig smaller = SmallArea();
  smaller.queues.erase(smaller.queues.begin());
  auto restored = Router::FromSnapshot(smaller, router.EncodeSnapshot());
  ASSERT_TRUE(restored.ok()) << restored.status();
  const std::vector<Action> actions = restored->Step(now, Tick{});
  ASSERT_FALSE(actions.empty());
  EXPECT_EQ(actions[0], Action(ReleaseCall{{"call-1", 1}, CallId{7}, EndCause::kSystemFailure}));
}

// A call kept from a ready seat by the reserve is looked at a second after the hard cap, by a
// restored router too: an entry in between must not let it decide earlier than the one whose
// journal it replays.
TEST(SnapshotTest, ARestoredRouterLooksAgainWhenTheOneThatWroteItDoes) {
  AreaConfig area{.id = "test"};
  area.queues = {{.id = "general"}};
  area.queues[0].order.reserved_seats = 1;
  area.queues[0].order.hard_cap = absl::Seconds(30);
  Router live(area);
  const absl::Time now = absl::FromUnixSeconds(1'772'413'200);
  (void)live.Step(now, NodeAnnounced{.node = {"call-1", 1}});
  (void)live.Step(now, SeatSignedIn{{.seat = "s1", .queues = {"general"}}, /*ready=*/true});
  CallRequest request{.call = CallId{7}, .queue = "general"};
  request.arrive_time = request.request_time = now;
  (void)live.Step(now, NodeEvent{{"call-1", 1}, 1, CallQueued{request}});
  (void)live.Step(now + absl::Milliseconds(29'900), Tick{});
  ASSERT_EQ(live.FindCall(CallId{7})->state, CallState::kQueued);

  auto restored = Router::FromSnapshot(area, live.EncodeSnapshot());
  ASSERT_TRUE(restored.ok()) << restored.status();
  for (const absl::Duration later : {absl::Milliseconds(30'500), absl::Milliseconds(31'000)}) {
    EXPECT_EQ(live.Step(now + later, Tick{}), restored->Step(now + later, Tick{})) << later;
  }
  EXPECT_EQ(live.FindCall(CallId{7})->state, CallState::kOffered);
}

}  // namespace
}  // namespace hotline::router
