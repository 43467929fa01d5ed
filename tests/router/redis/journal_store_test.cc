#include "router/redis/journal_store.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "router/redis/journal_tail.h"
#include "tests/redis/await.h"
#include "tests/redis/redis_server.h"

namespace hotline::router {
namespace {

using redis::Await;
using redis::RunUntil;
using testing::ElementsAre;
using testing::IsEmpty;

class JournalStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    connection_.Start([](const absl::Status&) {});
    ASSERT_TRUE(RunUntil(io_, [&] { return connection_.up(); }));
    LoadFunctions();
  }

  void LoadFunctions() {
    bool loaded = false;
    a_.LoadFunctions([&](const absl::Status& status) { loaded = status.ok(); });
    ASSERT_TRUE(RunUntil(io_, [&] { return loaded; }));
  }

  /// Longer than any test, unless the test is about its end.
  static constexpr absl::Duration kLongLease = absl::Minutes(1);
  static constexpr absl::Duration kShortLease = absl::Milliseconds(100);

  static JournalStore::Options Options(std::string owner, absl::Duration lease) {
    return {.area = "test", .owner = std::move(owner), .lease = lease};
  }

  FenceAnswer Acquire(JournalStore& store, uint64_t min_epoch = 1) {
    return *Await<FenceAnswer>(io_, [&](auto done) { store.Acquire(min_epoch, done); });
  }

  absl::StatusOr<FenceAnswer> Commit(JournalStore& store, uint64_t epoch, const Entry& entry) {
    return Await<FenceAnswer>(io_, [&](auto done) { store.Commit(epoch, entry, done); });
  }

  FenceState Fence() {
    return *Await<FenceState>(io_, [&](auto done) { a_.ReadFence(done); });
  }

  std::vector<TailEntry> Journal() {
    return *Await<std::vector<TailEntry>>(io_, [&](auto done) {
      ReadJournal(connection_, a_.keys().journal(), 0, 0, absl::ZeroDuration(), done);
    });
  }

  redis::RedisServer server_;
  boost::asio::io_context io_;
  redis::Connection connection_{io_, server_.options()};
  JournalStore a_{connection_, Options("a", kLongLease)};
  JournalStore b_{connection_, Options("b", kLongLease)};
};

TEST_F(JournalStoreTest, OnlyOneOfManyGetsTheLeaseAndAfterItsEndTheNextEpochBegins) {
  std::vector<std::unique_ptr<JournalStore>> contenders;
  std::vector<FenceAnswer> answers;
  for (int i = 0; i < 50; ++i) {
    contenders.push_back(
        std::make_unique<JournalStore>(connection_, Options("r" + std::to_string(i), kShortLease)));
    contenders.back()->Acquire(
        1, [&](absl::StatusOr<FenceAnswer> answer) { answers.push_back(*answer); });
  }
  ASSERT_TRUE(RunUntil(io_, [&] { return answers.size() == 50; }));
  EXPECT_EQ(std::count_if(answers.begin(), answers.end(),
                          [](auto& a) { return a.verdict == Verdict::kOk; }),
            1);
  const uint64_t epoch = Fence().epoch;
  EXPECT_TRUE(RunUntil(io_, [&] { return Acquire(b_).verdict == Verdict::kOk; }));
  EXPECT_EQ(Fence().epoch, epoch + 1);
}

TEST_F(JournalStoreTest, AnEmptyRedisCountsEpochsFromTheClock) {
  const auto answer = Acquire(a_);
  EXPECT_GT(answer.epoch, 1'500'000'000u);
  const auto higher = Acquire(a_, answer.epoch + 1000);
  EXPECT_EQ(higher.epoch, answer.epoch + 1000);
}

TEST_F(JournalStoreTest, ACommitWritesEntryAndProjectionAndRenewsTheLease) {
  const uint64_t epoch = Acquire(a_).epoch;
  Entry entry{.seq = 1, .bytes = "first"};
  entry.projection.hashes = {{a_.keys().seat("s1"), {"state", "ready", "call", ""}}};
  entry.projection.calls_set = {"C1", "queued general"};
  entry.projection.ended = {"r1", "r2"};
  EXPECT_EQ(Commit(a_, epoch, entry)->verdict, Verdict::kOk);
  EXPECT_EQ(server_.Run({"HGETALL", "{test}:seat:s1"}), "state ready call ");
  EXPECT_EQ(server_.Run({"HGETALL", "{test}:calls"}), "C1 queued general");
  EXPECT_EQ(server_.Run({"LRANGE", "{test}:ended", "0", "-1"}), "r2 r1");
  EXPECT_GT(Fence().lease_left, kLongLease / 2);

  Entry second{.seq = 2, .bytes = "second"};
  second.projection.hashes = {{a_.keys().seat("s1"), {}}};
  second.projection.calls_gone = {"C1"};
  EXPECT_EQ(Commit(a_, epoch, second)->seq, 2u);
  EXPECT_EQ(server_.Run({"EXISTS", "{test}:seat:s1", "{test}:calls"}), "0");
  const auto journal = Journal();
  ASSERT_EQ(journal.size(), 2u);
  EXPECT_EQ(journal[1].epoch, epoch);
  EXPECT_EQ(journal[1].seq, 2u);
  EXPECT_EQ(journal[1].bytes, "second");
}

TEST_F(JournalStoreTest, AStaleEpochIsRefusedAndChangesNothing) {
  JournalStore brief(connection_, Options("a", kShortLease));
  const uint64_t old_epoch = Acquire(brief).epoch;
  EXPECT_TRUE(RunUntil(io_, [&] { return Acquire(b_).verdict == Verdict::kOk; }));
  Entry entry{.seq = 1, .bytes = "late"};
  entry.projection.hashes = {{a_.keys().seat("s1"), {"state", "ready"}}};
  EXPECT_EQ(Commit(a_, old_epoch, entry)->verdict, Verdict::kFenced);
  EXPECT_EQ(Await<FenceAnswer>(io_, [&](auto done) { a_.Renew(old_epoch, done); })->verdict,
            Verdict::kFenced);
  EXPECT_EQ(Await<FenceAnswer>(
                io_, [&](auto done) { a_.Restore(old_epoch, 1, "state", {}, false, done); })
                ->verdict,
            Verdict::kFenced);
  EXPECT_EQ(
      Await<FenceAnswer>(io_, [&](auto done) { a_.WriteSnapshot(old_epoch, 0, "state", {}, done); })
          ->verdict,
      Verdict::kFenced);
  EXPECT_THAT(Journal(), IsEmpty());
  EXPECT_EQ(server_.Run({"EXISTS", "{test}:seat:s1", "{test}:snapshot"}), "0");
  EXPECT_EQ(Fence().owner, "b");
}

TEST_F(JournalStoreTest, ACommitIsAllOrNothing) {
  const uint64_t epoch = Acquire(a_).epoch;
  server_.Run({"SET", "{test}:queue:q", "not a hash"});
  Entry entry{.seq = 1, .bytes = "x"};
  entry.projection.hashes = {{a_.keys().queue("q"), {"waiting", "1"}}};
  EXPECT_FALSE(Commit(a_, epoch, entry).ok());
  EXPECT_THAT(Journal(), IsEmpty());
  EXPECT_EQ(Fence().seq, 0u);
  // Restoring heals it.
  Projection everything;
  everything.hashes = entry.projection.hashes;
  EXPECT_EQ(Await<FenceAnswer>(
                io_, [&](auto done) { a_.Restore(epoch, 7, "state", everything, false, done); })
                ->verdict,
            Verdict::kOk);
  EXPECT_EQ(server_.Run({"HGET", "{test}:queue:q", "waiting"}), "1");
  EXPECT_EQ(Fence().seq, 7u);
}

TEST_F(JournalStoreTest, AnEntryIsWrittenOnceAndInOrder) {
  const uint64_t epoch = Acquire(a_).epoch;
  EXPECT_EQ(Commit(a_, epoch, {.seq = 1, .bytes = "1"})->verdict, Verdict::kOk);
  EXPECT_EQ(Commit(a_, epoch, {.seq = 1, .bytes = "1"})->verdict, Verdict::kRepeated);
  EXPECT_EQ(Commit(a_, epoch, {.seq = 3, .bytes = "3"})->verdict, Verdict::kGap);
  EXPECT_EQ(Journal().size(), 1u);
}

TEST_F(JournalStoreTest, AnEmptiedRedisIsNoticed) {
  const uint64_t epoch = Acquire(a_).epoch;
  server_.Run({"FLUSHALL"});
  EXPECT_EQ(Commit(a_, epoch, {.seq = 1, .bytes = "1"})->verdict, Verdict::kLost);
  EXPECT_EQ(Fence().epoch, 0u);
  server_.Run({"FUNCTION", "FLUSH"});
  EXPECT_EQ(Commit(a_, epoch, {.seq = 1, .bytes = "1"}).status().code(),
            absl::StatusCode::kNotFound);
  LoadFunctions();
  EXPECT_GT(Acquire(a_, epoch + 1).epoch, epoch);
}

TEST_F(JournalStoreTest, AReleasedLeaseIsFreeAtOnce) {
  const uint64_t epoch = Acquire(a_).epoch;
  EXPECT_EQ(Acquire(b_).verdict, Verdict::kHeld);
  ASSERT_TRUE(Await<FenceAnswer>(io_, [&](auto done) { a_.Release(epoch, done); }).ok());
  EXPECT_EQ(Acquire(b_).verdict, Verdict::kOk);
}

TEST_F(JournalStoreTest, ASnapshotBoundsTheReplay) {
  const uint64_t epoch = Acquire(a_).epoch;
  for (uint64_t seq = 1; seq <= 10; ++seq)
    (void)Commit(a_, epoch, {.seq = seq, .bytes = std::to_string(seq)});
  const auto snapshot = [&](uint64_t seq) {
    return Await<FenceAnswer>(io_,
                              [&](auto done) {
                                a_.WriteSnapshot(epoch, seq, "state", {epoch, 8}, done);
                              })
        ->verdict;
  };
  EXPECT_EQ(snapshot(11), Verdict::kGap);
  EXPECT_EQ(snapshot(10), Verdict::kOk);
  std::vector<uint64_t> seqs;
  for (const auto& entry : Journal()) seqs.push_back(entry.seq);
  EXPECT_THAT(seqs, ElementsAre(8, 9, 10));
  const auto loaded = Await<Loaded>(io_, [&](auto done) { a_.Load(done); });
  EXPECT_EQ(loaded->epoch, epoch);
  EXPECT_EQ(loaded->seq, 10u);
  EXPECT_EQ(loaded->snapshot_seq, 10u);
  EXPECT_EQ(loaded->snapshot, "state");
}

TEST_F(JournalStoreTest, LargeBatchesPassThroughLua) {
  const uint64_t epoch = Acquire(a_).epoch;
  Entry entry{.seq = 1, .bytes = std::string(1 << 20, 'x')};
  for (int i = 0; i < 20'000; ++i) {
    entry.projection.calls_set.push_back("C" + std::to_string(i));
    entry.projection.calls_set.push_back("queued general");
    entry.projection.ended.push_back("record");
  }
  EXPECT_EQ(Commit(a_, epoch, entry)->verdict, Verdict::kOk);
  EXPECT_EQ(server_.Run({"HLEN", "{test}:calls"}), "20000");
  EXPECT_EQ(server_.Run({"LLEN", "{test}:ended"}), std::to_string(JournalStore::kMostEnded));
}

}  // namespace
}  // namespace hotline::router
