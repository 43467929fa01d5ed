// What a directory's store promises, on SQLite and on a real PostgreSQL.
#include "services/directory/store/directory_store.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/directory/store/migrations.h"
#include "tests/database/postgres_server.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::directory {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const absl::Time kNow = absl::FromUnixMicros(1'795'400'000'123'456);

RevisionInfo By(const std::string& request, const std::string& account = "sup") {
  return {kNow, account, request, "hash of " + request};
}

class DirectoryStoreTest : public testing::TestWithParam<std::string> {
 protected:
  DirectoryStoreTest() {
    url_ = GetParam() == "sqlite" ? "sqlite:" + dir_.File("directory.db")
                                  : SharedPostgres().NewDatabase();
    Reopen();
  }

  void Reopen() {
    store_.reset();
    auto store = DirectoryStore::Open({.url = url_});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  TempDir dir_;
  std::string url_;
  std::unique_ptr<DirectoryStore> store_;
};

TEST_P(DirectoryStoreTest, IsEmptyAtFirst) {
  const auto loaded = store_->Load();
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->revision, 0);
  EXPECT_THAT(loaded->records, IsEmpty());
}

TEST_P(DirectoryStoreTest, KeepsWhatWasSavedAndEveryChange) {
  const StoredRecord old_a{"nodes", "a", "name=甲 '; drop table x --"},
      b{"nodes", "b", "name=\"乙\""}, new_a{"nodes", "a", "name=😀"},
      no_b{"nodes", "b", std::nullopt};
  EXPECT_EQ(store_->Save(0, By("r1"), {old_a, b}).value(), 1);
  EXPECT_EQ(store_->Save(1, By("r2"), {new_a, no_b}).value(), 2);
  Reopen();
  const auto loaded = store_->Load();
  EXPECT_EQ(loaded->revision, 2);
  EXPECT_THAT(loaded->records, ElementsAre(new_a));
  EXPECT_THAT(store_->ChangesSince(0, 10).value(),
              ElementsAre(Pair(1, old_a), Pair(1, b), Pair(2, new_a), Pair(2, no_b)));
  EXPECT_THAT(store_->ChangesSince(1, 10).value(), ElementsAre(Pair(2, new_a), Pair(2, no_b)));
  EXPECT_THAT(store_->ChangesSince(0, 3).value(), SizeIs(3));
}

TEST_P(DirectoryStoreTest, TellsItsPastTheLatestFirst) {
  ASSERT_TRUE(store_->Save(0, By("r1"), {{"nodes", "a", "1"}, {"nodes", "b", "1"}}).ok());
  ASSERT_TRUE(store_->Save(1, By("r2", "other"), {{"staff", "a", "1"}}).ok());
  ASSERT_TRUE(store_->Save(2, By("r3"), {{"nodes", "a", std::nullopt}}).ok());
  const auto told = [&](const PastQuery& query) {
    std::vector<std::string> lines;
    const auto found = store_->Past(query);
    EXPECT_TRUE(found.ok()) << found.status();
    for (const PastRevision& past : *found) {
      std::string line = std::to_string(past.revision) + " " + past.info.request_id;
      if (past.record) line += " " + past.record->key + "=" + past.record->body.value_or("gone");
      lines.push_back(line);
    }
    return lines;
  };
  EXPECT_THAT(told({}), ElementsAre("3 r3", "2 r2", "1 r1"));
  EXPECT_THAT(told({.before = 3, .limit = 1}), ElementsAre("2 r2"));
  EXPECT_THAT(told({.table = "nodes"}), ElementsAre("3 r3 a=gone", "1 r1 a=1", "1 r1 b=1"));
  EXPECT_THAT(told({.table = "nodes", .key = "b"}), ElementsAre("1 r1 b=1"));
  EXPECT_THAT(told({.before = 1, .table = "nodes", .before_key = "a"}), ElementsAre("1 r1 b=1"));
  const auto second = store_->FindRevision(2).value();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->info.account, "other");
  EXPECT_EQ(second->info.time, kNow);
  EXPECT_EQ(second->changes, 1);
  EXPECT_FALSE(store_->FindRevision(4).value());
}

TEST_P(DirectoryStoreTest, OfTwoWhoSawTheSameRevisionTheSecondIsRefused) {
  ASSERT_TRUE(store_->Save(0, By("r1"), {{"nodes", "a", "1"}}).ok());
  EXPECT_EQ(store_->Save(0, By("r2"), {{"nodes", "a", "2"}}).status().code(),
            absl::StatusCode::kAborted);
  EXPECT_THAT(store_->Load()->records, ElementsAre(StoredRecord{"nodes", "a", "1"}));
}

TEST_P(DirectoryStoreTest, ManyAtOnceMakeOneRevisionAfterTheOther) {
  constexpr int kWriters = 4, kEach = 10;
  std::atomic<int> saved = 0;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kEach;) {
        const std::string id = std::to_string(w) + "-" + std::to_string(i);
        const auto base = store_->Load();
        if (!base.ok()) continue;
        const auto done = store_->Save(base->revision, By(id), {{"t", id, "x"}});
        if (done.ok()) ++saved, ++i;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(saved, kWriters * kEach);
  const auto loaded = store_->Load();
  EXPECT_EQ(loaded->revision, kWriters * kEach);
  EXPECT_THAT(loaded->records, SizeIs(kWriters * kEach));
}

TEST_P(DirectoryStoreTest, ARequestIsSavedOnce) {
  ASSERT_TRUE(store_->Save(0, By("r1"), {{"t", "a", "1"}, {"t", "b", "2"}}).ok());
  EXPECT_EQ(store_->Save(1, By("r1"), {}).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(store_->Save(1, By("r1", "another"), {}).ok());
  const auto found = store_->FindRequest("sup", "r1");
  ASSERT_TRUE(found.ok() && *found);
  EXPECT_EQ((*found)->revision, 1);
  EXPECT_EQ((*found)->changes, 2);
  EXPECT_EQ((*found)->request_hash, "hash of r1");
  EXPECT_FALSE(store_->FindRequest("sup", "r2")->has_value());
}

TEST_P(DirectoryStoreTest, ASaveThatFailsLeavesNothing) {
  // The same record twice in one revision cannot be logged; a work that always fails is given up.
  const auto status = store_->Save(0, By("r1"), {{"t", "a", "1"}, {"t", "a", "2"}}).status();
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(store_->Load()->revision, 0);
  EXPECT_THAT(store_->Load()->records, IsEmpty());
}

TEST_P(DirectoryStoreTest, AProcessKilledWhileItSavesHasDoneAllOrNothing) {
  constexpr int kKills = 5;
  constexpr int kRecords = 400;
  for (int kill_number = 0; kill_number < kKills; ++kill_number) {
    const int64_t before = store_->Load()->revision;
    store_.reset();
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) {
      auto own = DirectoryStore::Open({.url = url_, .sessions = 1});
      if (!own.ok()) _exit(1);
      for (int64_t base = before;; ++base) {
        std::vector<StoredRecord> changes;
        for (int i = 0; i < kRecords; ++i) {
          changes.push_back({"t", std::to_string(i), std::to_string(base + 1)});
        }
        if (!(*own)->Save(base, By("r" + std::to_string(base)), changes).ok()) _exit(2);
        const char saved = 's';
        if (write(pipe_ends[1], &saved, 1) != 1) _exit(3);
      }
    }
    // After a few acknowledged saves, wherever the next one has got to.
    close(pipe_ends[1]);
    char byte;
    int acknowledged = 0;
    while (acknowledged < 2 + kill_number && read(pipe_ends[0], &byte, 1) == 1) ++acknowledged;
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(pipe_ends[0], &byte, 1) == 1) ++acknowledged;
    close(pipe_ends[0]);

    Reopen();
    const auto loaded = store_->Load();
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_GE(acknowledged, 2);
    EXPECT_GE(loaded->revision, before + acknowledged);
    ASSERT_THAT(loaded->records, SizeIs(kRecords));
    for (const StoredRecord& record : loaded->records) {
      EXPECT_EQ(record.body, std::to_string(loaded->revision)) << "half a save";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, DirectoryStoreTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& test) { return test.param; });

TEST(DirectoryMigrationsTest, VersionsCountUpAndStatementsAreSingle) {
  int version = 0;
  for (const Migration& migration : DirectoryMigrations()) {
    EXPECT_EQ(migration.version, ++version);
    for (const std::string& statement : migration.statements) {
      EXPECT_EQ(statement.find(';'), std::string::npos) << statement;
    }
  }
}

}  // namespace
}  // namespace hotline::directory
