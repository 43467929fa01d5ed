// Two routers of one area: who decides, and what is kept when one of them or Redis goes.
#include <signal.h>

#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/router/service/router_fixture.h"

namespace hotline::router {
namespace {

using testing::SizeIs;
using Clock = std::chrono::steady_clock;

/// The promise: calls are offered again so soon after the active router's death. With the lease
/// of 1.5 s.
constexpr absl::Duration kProductionLease = absl::Milliseconds(1500);
constexpr auto kTakeover = std::chrono::seconds(3);
/// A Redis that hangs holds nobody up for longer: the time-out of a command and a margin.
constexpr auto kNoticed = std::chrono::seconds(2);

class FailoverTest : public RouterTest {
 protected:
  static bool WaitUntilFollowing(const Endpoint& active, const Endpoint& standby) {
    RouterClient a(active), b(standby);
    return b.Eventually([&] { return a.Area().journal_seq() == b.Area().journal_seq(); });
  }

  static bool WaitUntilEqual(RouterServer& active, RouterServer& standby) {
    return RouterClient(standby.address()).Eventually([&] {
      return SnapshotOf(active) == SnapshotOf(standby);
    });
  }
};

TEST_F(FailoverTest, SigtermHandsOverAtOnceAndExitsWithZero) {
  constexpr absl::Duration kLeaseNobodyWaitsFor = absl::Seconds(50);
  StartActive("router-0")->Drain();  // so Redis is not empty, and the next needs no grace
  RouterProcess first("router-1", redis_.address(), kLeaseNobodyWaitsFor);
  ASSERT_TRUE(WaitUntilActive(first.address()));
  const auto second = StartRouter("router-2", {.lease = kLeaseNobodyWaitsFor});
  ASSERT_TRUE(WaitUntilFollowing(first.address(), second->address()));
  first.Signal(SIGTERM);
  EXPECT_EQ(first.Wait(), 0);
  EXPECT_TRUE(WaitUntilActive(second->address()));  // long before the lease would have ended
}

TEST_F(FailoverTest, AfterKillNineTheStandbyOffersAgainWithinThreeSeconds) {
  RouterProcess first("router-1", redis_.address(), kProductionLease);
  ASSERT_TRUE(WaitUntilActive(first.address()));
  RouterProcess second("router-2", redis_.address(), kProductionLease);
  FakeCallService calls({first.address(), second.address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  RouterClient before(first.address());
  ASSERT_TRUE(before.SignIn("s1").ok());
  ASSERT_TRUE(before.SignIn("s2", "in-2").ok());
  ASSERT_TRUE(before.SignIn("s3").ok());
  ASSERT_TRUE(before.SetNotReady("s3", "break").ok());
  // One talks, one rings, two wait.
  const std::string talking = calls.Queue("general");
  calls.Answer(talking, calls.WaitForOffer(talking)->offer_id());
  const std::string ringing = calls.Queue("general");
  ASSERT_TRUE(calls.WaitForOffer(ringing));
  const std::string waiting = calls.Queue("general");
  const std::string later = calls.Queue("general");
  ASSERT_TRUE(calls.WaitUntilAcked());
  ASSERT_TRUE(WaitUntilFollowing(first.address(), second.address()));

  const uint64_t epoch = calls.epoch();
  const auto killed = Clock::now();
  first.Signal(SIGKILL);
  first.Wait();
  RouterClient after(second.address());
  ASSERT_TRUE(after.Eventually([&] { return after.SetReady("s3").ok(); }));
  ASSERT_TRUE(calls.WaitForOffer(waiting));
  EXPECT_LT(calls.last_offer() - killed, kTakeover);
  EXPECT_GT(calls.epoch(), epoch);
  EXPECT_EQ(calls.active(), 1);

  // Nobody was dropped, nobody rings twice, the line is in order, and the seats are right.
  EXPECT_EQ(calls.WaitForOffer(waiting)->target().id(), "s3");
  EXPECT_THAT(calls.offers(ringing), SizeIs(1));
  EXPECT_THAT(calls.offers(later), SizeIs(0));
  EXPECT_EQ(after.FindSeat("s1").state(), v1::Seat::STATE_ON_CALL);
  EXPECT_EQ(after.FindSeat("s2").state(), v1::Seat::STATE_OFFERED);
  EXPECT_THAT(after.Calls().calls(), SizeIs(4));
  // The new one remembers what the old one was asked.
  EXPECT_TRUE(after.SignIn("s2", "in-2").ok());
  EXPECT_EQ(after.FindSeat("s2").state(), v1::Seat::STATE_OFFERED);
  for (const auto& id : {talking, ringing, waiting, later}) calls.HangUp(id);
  ASSERT_TRUE(calls.WaitUntilAcked());
  EXPECT_EQ(after.Stats().offered(), 4u);
  EXPECT_EQ(after.Stats().open(), 0u);
  EXPECT_THAT(after.Calls(true).ended(), SizeIs(4));
}

TEST_F(FailoverTest, AnActiveRouterThatSleptThroughItsLeaseIsRefused) {
  RouterProcess first("router-1", redis_.address(), kLease);
  ASSERT_TRUE(WaitUntilActive(first.address()));
  const auto second = StartRouter("router-2");
  FakeCallService calls({first.address(), second->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  ASSERT_TRUE(WaitUntilFollowing(first.address(), second->address()));
  RouterClient after(second->address());

  first.Signal(SIGSTOP);
  ASSERT_TRUE(WaitUntilActive(second->address()));
  ASSERT_TRUE(calls.WaitUntilFollowing(1));
  ASSERT_TRUE(calls.WaitUntilServed());
  ASSERT_TRUE(after.SignIn("s1").ok());
  const std::string call = calls.Queue("general");
  ASSERT_TRUE(calls.WaitForOffer(call));
  // What somebody asks of it meanwhile it wants to write as soon as it wakes, and may not.
  RouterClient old(first.address());
  auto asked = std::async(std::launch::async, [&] { return old.SignIn("s3"); });
  first.Signal(SIGCONT);
  EXPECT_EQ(asked.get().error_code(), grpc::StatusCode::UNAVAILABLE);
  ASSERT_TRUE(old.Eventually([&] {
    const auto area = old.Area();
    return area.role() == v1::RouterStatus::ROLE_STANDBY && area.epoch() == after.Area().epoch();
  }));
  EXPECT_EQ(old.SignIn("s2").error_code(), grpc::StatusCode::UNAVAILABLE);
  ASSERT_TRUE(WaitUntilFollowing(second->address(), first.address()));
  EXPECT_EQ(old.FindSeat("s1").state(), v1::Seat::STATE_OFFERED);
  EXPECT_EQ(old.FindSeat("s3").state(), v1::Seat::STATE_SIGNED_OUT);
  EXPECT_THAT(calls.offers(call), SizeIs(1));
  EXPECT_EQ(calls.refused(), 0u);
  EXPECT_EQ(calls.active(), 1);
}

TEST_F(FailoverTest, AnEmptiedRedisIsFilledAgainByTheActiveRouterNotByTheStandby) {
  const auto first = StartActive("router-1");
  const auto second = StartRouter("router-2");
  FakeCallService calls({first->address(), second->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  RouterClient client(first->address()), other(second->address());
  ASSERT_TRUE(client.SignIn("s1").ok());
  const std::string call = calls.Queue("general");
  calls.Answer(call, calls.WaitForOffer(call)->offer_id());
  const std::string past = calls.Queue("general");
  calls.HangUp(past);
  ASSERT_TRUE(calls.WaitUntilAcked());
  ASSERT_TRUE(WaitUntilFollowing(first->address(), second->address()));
  const uint64_t epoch = client.Area().epoch();

  redis_.Run({"FLUSHALL"});
  redis_.Run({"FUNCTION", "FLUSH"});
  ASSERT_TRUE(client.Eventually(
      [&] { return client.Area().epoch() > epoch && !client.Area().spooling(); }));
  EXPECT_EQ(client.Area().role(), v1::RouterStatus::ROLE_ACTIVE);
  EXPECT_EQ(other.Area().role(), v1::RouterStatus::ROLE_STANDBY);
  EXPECT_EQ(redis_.Run({"HGET", "{test}:seat:s1", "state"}), "on call");
  EXPECT_EQ(redis_.Run({"HGET", "{test}:calls", call}), "connected general s1");
  EXPECT_EQ(redis_.Run({"LLEN", "{test}:ended"}), "1");
  EXPECT_EQ(client.FindSeat("s1").state(), v1::Seat::STATE_ON_CALL);
  // Life goes on, under the new epoch, and the stand-by follows it.
  ASSERT_TRUE(client.SignIn("s2").ok());
  const std::string next = calls.Queue("general");
  ASSERT_TRUE(calls.WaitForOffer(next));
  EXPECT_GT(calls.epoch(), epoch);
  ASSERT_TRUE(calls.WaitUntilAcked());
  ASSERT_TRUE(WaitUntilFollowing(first->address(), second->address()));
  EXPECT_TRUE(WaitUntilEqual(*first, *second));
}

TEST_F(FailoverTest, ARedisThatDiesAndComesBackEmptyCostsNoCall) {
  const auto first = StartActive("router-1");
  const auto second = StartRouter("router-2");
  FakeCallService calls({first->address(), second->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  RouterClient client(first->address());
  ASSERT_TRUE(client.SignIn("s1").ok());
  const std::string talking = calls.Queue("general");
  calls.Answer(talking, calls.WaitForOffer(talking)->offer_id());
  ASSERT_TRUE(calls.WaitUntilAcked());
  const uint64_t epoch = client.Area().epoch();

  redis_.Kill();
  // Routing goes on from memory.
  ASSERT_TRUE(client.SignIn("s2").ok());
  const std::string meanwhile = calls.Queue("general");
  const auto offer = calls.WaitForOffer(meanwhile);
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->target().id(), "s2");
  calls.Answer(meanwhile, offer->offer_id());
  calls.HangUp(talking);
  EXPECT_TRUE(client.Eventually([&] { return client.Calls(true).ended_size() == 1; }));
  EXPECT_TRUE(client.Area().spooling());
  redis_.Start();
  ASSERT_TRUE(client.Eventually([&] { return !client.Area().spooling(); }));
  // What was kept back during the outage is acknowledged now.
  ASSERT_TRUE(calls.WaitUntilAcked());
  EXPECT_GT(client.Area().epoch(), epoch);
  EXPECT_EQ(redis_.Run({"HGET", "{test}:seat:s2", "state"}), "on call");
  EXPECT_EQ(redis_.Run({"HGET", "{test}:calls", meanwhile}), "connected general s2");
  EXPECT_EQ(redis_.Run({"LLEN", "{test}:ended"}), "1");
  ASSERT_TRUE(WaitUntilFollowing(first->address(), second->address()));
  EXPECT_TRUE(WaitUntilEqual(*first, *second));
}

TEST_F(FailoverTest, ARedisThatHangsIsCaughtUpWithWithoutALoss) {
  const auto first = StartActive("router-1");
  FakeCallService calls({first->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  RouterClient client(first->address());
  ASSERT_TRUE(client.SignIn("s4").ok());  // after the patient restore of a takeover
  ASSERT_TRUE(client.SetNotReady("s4", "break").ok());
  redis_.Pause();
  const auto hangs = Clock::now();
  ASSERT_TRUE(client.SignIn("s1").ok());
  EXPECT_LT(Clock::now() - hangs, kNoticed);
  ASSERT_TRUE(client.SignIn("s2").ok());
  const std::string call = calls.Queue("general");
  ASSERT_TRUE(calls.WaitForOffer(call));
  EXPECT_TRUE(client.Area().spooling());
  const uint64_t epoch = client.Area().epoch();
  redis_.Resume();
  ASSERT_TRUE(client.Eventually([&] { return !client.Area().spooling(); }));
  EXPECT_EQ(client.Area().epoch(), epoch);  // nobody else was there
  ASSERT_TRUE(calls.WaitUntilAcked());
  // The journal has every entry once: a new router needs no snapshot to agree.
  const auto second = StartRouter("router-2");
  ASSERT_TRUE(WaitUntilFollowing(first->address(), second->address()));
  EXPECT_TRUE(WaitUntilEqual(*first, *second));
}

TEST_F(FailoverTest, WhatWasSpooledBeforeADeathIsBroughtHomeAtTheNextStart) {
  const std::string spool = dir_.File("journal.spool");
  std::string call;
  {
    const auto first = StartRouter("router-1", {.spool_file = spool});
    ASSERT_TRUE(WaitUntilActive(first->address()));
    FakeCallService calls({first->address()}, "test", "call-1", 1);
    ASSERT_TRUE(calls.WaitUntilServed());
    RouterClient client(first->address());
    ASSERT_TRUE(client.SignIn("s1").ok());
    redis_.Pause();
    call = calls.Queue("general");
    ASSERT_TRUE(calls.WaitForOffer(call));
    calls.HangUp(call);
    ASSERT_TRUE(client.Eventually([&] { return client.Calls(true).ended_size() == 1; }));
  }
  redis_.Resume();
  const auto again = StartRouter("router-1", {.spool_file = spool});
  ASSERT_TRUE(WaitUntilActive(again->address()));
  RouterClient client(again->address());
  ASSERT_EQ(client.Calls(true).ended_size(), 1);
  EXPECT_EQ(client.Calls(true).ended(0).request().call_id(), call);
  EXPECT_EQ(client.Stats().offered(), 1u);
  EXPECT_EQ(client.FindSeat("s1").agent(), "agent-s1");
}

TEST_F(FailoverTest, ARouterWaitsForARedisThatIsNotThereYet) {
  redis_.Kill();
  const auto router = StartRouter("router-1");
  RouterClient client(router->address());
  EXPECT_EQ(client.Area().role(), v1::RouterStatus::ROLE_STANDBY);
  EXPECT_EQ(client.SignIn("s1").error_code(), grpc::StatusCode::UNAVAILABLE);
  redis_.Start();
  EXPECT_TRUE(WaitUntilActive(router->address()));
}

}  // namespace
}  // namespace hotline::router
