#include "services/ctl/area_picture.h"

#include "gtest/gtest.h"

namespace hotline::ctl {
namespace {

using router::v1::WatchAreaResponse;

const absl::Time kLocal = absl::FromUnixSeconds(1000);

void AddSeat(const std::string& id, router::v1::Seat::State state, WatchAreaResponse& message) {
  message.add_seats()->set_seat_id(id);
  message.mutable_seats()->rbegin()->set_state(state);
}

void AddCall(const std::string& id, WatchAreaResponse& message) {
  message.add_calls()->mutable_request()->set_call_id(id);
}

void AddEnded(const std::string& id, int64_t end, WatchAreaResponse& message) {
  auto& record = *message.add_ended();
  record.mutable_request()->set_call_id(id);
  record.mutable_end_time()->set_seconds(end);
}

TEST(AreaPictureTest, KeepsWhatAChangeDoesNotMention) {
  AreaPicture picture;
  EXPECT_TRUE(picture.empty());
  WatchAreaResponse full;
  full.set_full(true);
  AddSeat("s1", router::v1::Seat::STATE_READY, full);
  AddSeat("s2", router::v1::Seat::STATE_READY, full);
  full.mutable_stats()->set_offered(3);
  picture.Apply(full, kLocal);
  WatchAreaResponse change;
  AddSeat("s2", router::v1::Seat::STATE_ON_CALL, change);
  picture.Apply(change, kLocal);
  EXPECT_EQ(picture.seats().at("s1").state(), router::v1::Seat::STATE_READY);
  EXPECT_EQ(picture.seats().at("s2").state(), router::v1::Seat::STATE_ON_CALL);
  EXPECT_EQ(picture.stats().offered(), 3U);
}

TEST(AreaPictureTest, ForgetsEverythingButOutcomesAtAFullMessage) {
  AreaPicture picture;
  WatchAreaResponse before;
  before.set_full(true);
  AddSeat("s1", router::v1::Seat::STATE_READY, before);
  AddCall("c1", before);
  AddEnded("c0", 10, before);
  picture.Apply(before, kLocal);
  picture.Lose("lost router a");
  EXPECT_EQ(picture.trouble(), "lost router a");
  WatchAreaResponse after;
  after.set_full(true);
  AddSeat("s2", router::v1::Seat::STATE_READY, after);
  picture.Apply(after, kLocal);
  EXPECT_EQ(picture.seats().size(), 1U);
  EXPECT_TRUE(picture.calls().empty());
  EXPECT_EQ(picture.ended().size(), 1U);
  EXPECT_EQ(picture.trouble(), "");
}

TEST(AreaPictureTest, MovesACallThatEndedToTheOutcomesNewestFirstAndOnce) {
  AreaPicture picture;
  WatchAreaResponse message;
  AddCall("c1", message);
  AddCall("c2", message);
  picture.Apply(message, kLocal);
  WatchAreaResponse end;
  AddEnded("c2", 20, end);
  AddEnded("c1", 10, end);
  picture.Apply(end, kLocal);
  picture.Apply(end, kLocal);
  EXPECT_TRUE(picture.calls().empty());
  ASSERT_EQ(picture.ended().size(), 2U);
  EXPECT_EQ(picture.ended()[0].request().call_id(), "c2");
}

TEST(AreaPictureTest, RemembersOnlyTheLastOutcomes) {
  AreaPicture picture;
  for (int64_t i = 0; i < 60; ++i) {
    WatchAreaResponse message;
    AddEnded("c" + std::to_string(i), i, message);
    picture.Apply(message, kLocal);
  }
  EXPECT_EQ(picture.ended().size(), kMaxEndedShown);
  EXPECT_EQ(picture.ended().front().request().call_id(), "c59");
}

TEST(AreaPictureTest, KnowsTheRoutersClock) {
  AreaPicture picture;
  WatchAreaResponse message;
  message.mutable_time()->set_seconds(1030);
  picture.Apply(message, kLocal);
  EXPECT_EQ(picture.RouterTime(kLocal + absl::Seconds(2)), absl::FromUnixSeconds(1032));
}

}  // namespace
}  // namespace hotline::ctl
