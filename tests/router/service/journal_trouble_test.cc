// What a router does when Redis is slow, forgets, refuses, or obeys another router.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "router/service/convert/journal.h"
#include "router/service/journal_writer.h"
#include "tests/router/service/router_fixture.h"

namespace hotline::router {
namespace {

using testing::HasSubstr;

constexpr absl::Duration kLongerThanTheTest = absl::Minutes(10);

class JournalTroubleTest : public RouterTest {
 protected:
  /// Starts one with a long lease and waits until it is active.
  std::unique_ptr<RouterServer> StartUnhurried(const Options& options) {
    StartActive("router-0")->Drain();  // so Redis is not empty, and the next needs no grace
    auto router = StartRouter("router-1", options);
    EXPECT_TRUE(WaitUntilActive(router->address()));
    return router;
  }

  static absl::Status Submit(RouterServer& router, const Event& event) {
    return OnStrand(router, [&] { return router.strand().Submit({.event = ToJournal(event)}); });
  }

  /// Submits `event` and waits until it has become a batch of its own.
  static bool SubmitBatch(RouterServer& router, const Event& event) {
    const auto seq = [&] {
      return OnStrand(router, [&] { return router.strand().area().journal_seq(); });
    };
    const uint64_t before = seq();
    if (!Submit(router, event).ok()) return false;
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (seq() == before) {
      if (std::chrono::steady_clock::now() > give_up) return false;
    }
    return true;
  }

  static SeatSignedIn SignedIn(int seat, absl::Duration heartbeat_timeout) {
    SeatSignedIn event{.profile = TestSeats()[seat], .ready = true};
    event.profile.agent = "agent";
    event.heartbeat_timeout = heartbeat_timeout;
    return event;
  }

  /// Waits until Redis has refused a command with an error that begins with `code`.
  bool WaitUntilRefused(const Endpoint& router, const std::string& code) {
    return RouterClient(router).Eventually([&] {
      return redis_.Run({"INFO", "errorstats"}).find("errorstat_" + code) != std::string::npos;
    });
  }
};

TEST_F(JournalTroubleTest, ADeadlineDuringASlowCommitIsOneTickNotAStorm) {
  constexpr absl::Duration kOverdue = absl::Milliseconds(50);
  const auto router =
      StartUnhurried({.lease = kLongerThanTheTest, .command_timeout = kLongerThanTheTest});
  RouterClient client(router->address());
  ASSERT_TRUE(client.SignIn("s4").ok());  // by now nothing else is under way
  const Counter events = metrics_.AddCounter("hotline_events_total", "Events applied.");
  const double before = events.value();

  redis_.Pause();
  // Two batches fill the pipeline. The second one's deadline falls due behind them.
  ASSERT_TRUE(SubmitBatch(*router, SignedIn(1, absl::ZeroDuration())));
  ASSERT_TRUE(SubmitBatch(*router, SignedIn(0, absl::Milliseconds(1))));
  const auto is_overdue = [&] {
    const Strand& strand = router->strand();
    return strand.core().next_deadline() + kOverdue < strand.now();
  };
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!OnStrand(*router, is_overdue) && std::chrono::steady_clock::now() < give_up) {
  }
  ASSERT_TRUE(OnStrand(*router, is_overdue));
  redis_.Resume();
  ASSERT_TRUE(
      client.Eventually([&] { return client.FindSeat("s1").state() == v1::Seat::STATE_UNKNOWN; }));
  EXPECT_LE(events.value() - before, 5);  // two sign-ins, the tick, perhaps another deadline's
}

TEST_F(JournalTroubleTest, ThatACallServiceIsGoneIsNotedEvenWhenTheQueueIsFull) {
  const auto router = StartActive("router-1");
  const bool ok = OnStrand(*router, [&] {
    Strand& strand = router->strand();
    for (size_t i = 0; i < Strand::kMaxQueued; ++i) {
      if (!strand.Submit({.event = ToJournal(Tick{})}).ok()) break;
    }
    const auto refused = strand.Submit({.event = ToJournal(DrainSet{true})});
    const auto taken = strand.Submit({.event = ToJournal(NodeDetached{{"call-1", 1}})});
    return absl::IsResourceExhausted(refused) && taken.ok();
  });
  EXPECT_TRUE(ok);
}

TEST_F(JournalTroubleTest, EndedCallsAreKeptWhenRedisGoesBackInTimeUnderTheSameEpoch) {
  const auto router = StartActive("router-1");
  FakeCallService calls({router->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  RouterClient client(router->address());
  calls.HangUp(calls.Queue("general"));
  ASSERT_TRUE(calls.WaitUntilAcked());
  const uint64_t epoch = client.Area().epoch();

  redis_.Run({"DEL", "{test}:ended"});
  redis_.Run({"HSET", "{test}:fence", "seq", "1"});
  ASSERT_TRUE(client.SignIn("s1").ok());  // its commit meets the gap
  ASSERT_TRUE(client.Eventually([&] { return !client.Area().spooling(); }));
  EXPECT_EQ(client.Area().epoch(), epoch);
  EXPECT_EQ(redis_.Run({"LLEN", "{test}:ended"}), "1");
  EXPECT_EQ(redis_.Run({"HGET", "{test}:fence", "seq"}), absl::StrCat(client.Area().journal_seq()));
}

TEST_F(JournalTroubleTest, EndedCallsAreKeptWhenAnOutageOutgrowsTheBacklog) {
  const auto router = StartActive("router-1");
  FakeCallService calls({router->address()}, "test", "call-1", 1);
  ASSERT_TRUE(calls.WaitUntilServed());
  RouterClient client(router->address());
  redis_.Pause();
  ASSERT_TRUE(
      client.SignIn("s1").ok());  // when the outage is known; what comes now Redis never saw
  calls.HangUp(calls.Queue("general"));
  ASSERT_TRUE(client.Eventually([&] { return client.Calls(true).ended_size() == 1; }));
  ASSERT_TRUE(client.Area().spooling());
  for (size_t i = 0; i <= JournalWriter::kMaxBacklog; ++i) {
    ASSERT_TRUE(SubmitBatch(*router, Tick{}));
  }
  redis_.Resume();
  ASSERT_TRUE(client.Eventually([&] { return !client.Area().spooling(); }));
  EXPECT_EQ(redis_.Run({"LLEN", "{test}:ended"}), "1");
}

TEST_F(JournalTroubleTest, ASpoolIsBroughtHomeByARedisThatIsNotReadyAtOnce) {
  const std::string spool = dir_.File("journal.spool");
  {
    const auto first = StartRouter("router-1", {.spool_file = spool});
    ASSERT_TRUE(WaitUntilActive(first->address()));
    FakeCallService calls({first->address()}, "test", "call-1", 1);
    ASSERT_TRUE(calls.WaitUntilServed());
    RouterClient client(first->address());
    redis_.Pause();
    ASSERT_TRUE(client.SignIn("s1").ok());  // when the outage is known
    calls.HangUp(calls.Queue("general"));
    ASSERT_TRUE(client.Eventually([&] { return client.Calls(true).ended_size() == 1; }));
  }
  redis_.Resume();
  redis_.Run({"CONFIG", "SET", "maxmemory", "1"});  // refuses, as it does while it loads its file
  const auto again = StartRouter("router-1", {.spool_file = spool});
  ASSERT_TRUE(WaitUntilRefused(again->address(), "OOM"));
  redis_.Run({"CONFIG", "SET", "maxmemory", "0"});
  ASSERT_TRUE(WaitUntilActive(again->address()));
  RouterClient client(again->address());
  EXPECT_EQ(client.Calls(true).ended_size(), 1);
  EXPECT_EQ(client.Stats().offered(), 1u);
  EXPECT_EQ(client.FindSeat("s1").agent(), "agent-s1");
}

TEST_F(JournalTroubleTest, ARequestThatAnotherRoutersReignVoidedCanBeMadeAgain) {
  // It looks at the lease only when it writes.
  const auto router = StartUnhurried({.lease = kLongerThanTheTest});
  RouterClient client(router->address());
  ASSERT_TRUE(client.SignIn("s4").ok());
  redis_.Run({"HINCRBY", "{test}:fence", "epoch", "1"});
  redis_.Run({"HSET", "{test}:fence", "owner", "router-2"});
  redis_.Run({"SET", "{test}:lease", "router-2", "PX", "100"});
  EXPECT_EQ(client.SignIn("s1", "in-1").error_code(), grpc::StatusCode::UNAVAILABLE);
  // The other is silent; ours takes over.
  ASSERT_TRUE(WaitUntilActive(router->address()));
  EXPECT_TRUE(client.SignIn("s1", "in-1").ok());
  EXPECT_EQ(client.FindSeat("s1").state(), v1::Seat::STATE_READY);
  EXPECT_EQ(client.FindSeat("s4").state(), v1::Seat::STATE_READY);
}

TEST_F(JournalTroubleTest, AStandbyWhoseReadWasRefusedFollowsAgain) {
  const auto active = StartActive("router-1");
  const auto standby = StartRouter("router-2");
  RouterClient a(active->address()), b(standby->address());
  const auto follows = [&] {
    return a.Area().journal_seq() == b.Area().journal_seq();
  };
  ASSERT_TRUE(a.SignIn("s1").ok());
  ASSERT_TRUE(b.Eventually(follows));
  redis_.Run({"ACL", "SETUSER", "default", "-xread"});
  ASSERT_TRUE(a.SignIn("s2").ok());  // wakes the read under way; the next one is refused
  ASSERT_TRUE(WaitUntilRefused(standby->address(), "NOPERM"));
  redis_.Run({"ACL", "SETUSER", "default", "+xread"});
  // The journal goes on all the time, so that no look at the lease finds it standing still.
  const uint64_t refused_at = a.Area().journal_seq();
  EXPECT_TRUE(b.Eventually([&] {
    (void)Submit(*active, Tick{});
    return b.Area().journal_seq() > refused_at;
  }));
}

TEST_F(JournalTroubleTest, ASeatThatIsConfiguredNoMoreIsSignedOut) {
  {
    const auto router = StartActive("router-1");
    ASSERT_TRUE(RouterClient(router->address()).SignIn("s4").ok());
    router->Drain();
  }
  auto seats = TestSeats();
  seats.pop_back();
  const auto router = StartRouter("router-1", {.seats = seats});
  RouterClient client(router->address());
  EXPECT_TRUE(client.Eventually(
      [&] { return client.FindSeat("s4").state() == v1::Seat::STATE_SIGNED_OUT; }));
  EXPECT_EQ(client.SignIn("s4").error_code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace hotline::router
