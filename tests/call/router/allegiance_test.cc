#include "services/call/router/allegiance.h"

#include "gtest/gtest.h"

namespace hotline::call {
namespace {

namespace v1 = router::v1;
using Verdict = Allegiance::Verdict;

v1::AttachResponse Status(uint64_t epoch, v1::RouterStatus::Role role) {
  v1::AttachResponse message;
  message.set_epoch(epoch);
  message.mutable_status()->set_role(role);
  return message;
}

v1::AttachResponse Active(uint64_t epoch) {
  return Status(epoch, v1::RouterStatus::ROLE_ACTIVE);
}

v1::AttachResponse Standby(uint64_t epoch) {
  return Status(epoch, v1::RouterStatus::ROLE_STANDBY);
}

v1::AttachResponse Offer(uint64_t epoch) {
  v1::AttachResponse message;
  message.set_epoch(epoch);
  message.mutable_offer();
  return message;
}

TEST(Allegiance, FollowsTheActiveRouterAndObeysOnlyIt) {
  Allegiance a(2);
  EXPECT_EQ(a.Judge(1, Standby(4)), Verdict::kIgnore);
  EXPECT_EQ(a.Judge(0, Active(5)), Verdict::kFollow);
  EXPECT_EQ(a.Judge(0, Active(5)), Verdict::kIgnore);
  EXPECT_EQ(a.Judge(0, Offer(5)), Verdict::kObey);
  EXPECT_EQ(a.Judge(1, Offer(5)), Verdict::kRefuse);
  EXPECT_EQ(a.refused(), 1u);
}

TEST(Allegiance, ARouterThatSleptThroughItsLeaseIsRefused) {
  Allegiance a(2);
  a.Judge(0, Active(5));
  EXPECT_EQ(a.Judge(1, Active(6)), Verdict::kFollow);
  EXPECT_EQ(a.Judge(0, Offer(5)), Verdict::kRefuse);
  EXPECT_EQ(a.Judge(0, Active(5)), Verdict::kRefuse);
  EXPECT_EQ(a.Judge(1, Offer(6)), Verdict::kObey);
  EXPECT_EQ(a.refused(), 2u);
}

TEST(Allegiance, ARouterThatReturnsIsAnnouncedToAgain) {
  Allegiance a(1);
  a.Judge(0, Active(5));
  EXPECT_TRUE(a.Disconnected(0));
  EXPECT_FALSE(a.followed());
  EXPECT_EQ(a.Judge(0, Active(5)), Verdict::kFollow);
  EXPECT_EQ(a.Judge(0, Standby(5)), Verdict::kUnfollow);
  EXPECT_FALSE(a.followed());
}

}  // namespace
}  // namespace hotline::call
