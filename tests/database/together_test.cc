// Works that are committed together: each stands for itself, and is true when it returns.
#include <atomic>
#include <thread>

#include "gtest/gtest.h"

#include "services/database/database.h"
#include "tests/database/postgres_server.h"
#include "tests/runtime/temp_dir.h"

namespace hotline {
namespace {

constexpr int kThreads = 8, kRounds = 40;

class TogetherTest : public testing::TestWithParam<std::string> {
 protected:
  TogetherTest() {
    const std::string url =
        GetParam() == "sqlite" ? "sqlite:" + dir_.File("t.db") : SharedPostgres().NewDatabase();
    database_ = *Database::Open(url, 2, "the test database");
    const auto status = database_->Migrate(
        {{1, "first", {"create table a (x bigint primary key, thread bigint not null)"}}});
    EXPECT_TRUE(status.ok()) << status;
  }

  /// Runs `work` of each thread's number and round, on all threads at once.
  static void OnThreads(const std::function<void(int, int)>& work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&work, i] {
        for (int round = 0; round < kRounds; ++round) work(i, round);
      });
    }
    for (auto& thread : threads) thread.join();
  }

  long long Count(const std::string& condition = "1 = 1") {
    long long count = -1;
    const auto status = database_->Read([&](soci::session& db) {
      db << "select count(*) from a where " + condition, soci::into(count);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return count;
  }

  TempDir dir_;
  std::unique_ptr<Database> database_;
};

TEST_P(TogetherTest, WhatReturnedOkIsThereAndWhatWasRefusedIsNot) {
  OnThreads([&](int thread, int round) {
    const long long x = thread * kRounds + round, owner = thread;
    const bool refuse = round % 3 == 0;
    const auto status = database_->Write([&](soci::session& db) {
      db << "insert into a (x, thread) values (:x, :t)", soci::use(x), soci::use(owner);
      return refuse ? absl::AbortedError("no") : absl::OkStatus();
    });
    EXPECT_EQ(status.ok(), !refuse) << status;
    EXPECT_EQ(Count("x = " + std::to_string(x)), refuse ? 0 : 1);
  });
  EXPECT_EQ(Count(), kThreads * (kRounds - (kRounds + 2) / 3));
}

TEST_P(TogetherTest, OneOfAllWinsAndTheOthersLearnIt) {
  std::atomic<int> won = 0;
  OnThreads([&](int thread, int round) {
    const long long x = round, owner = thread;
    const auto status = database_->Write([&](soci::session& db) -> absl::Status {
      long long there = 0;
      db << "select count(*) from a where x = :x", soci::use(x), soci::into(there);
      if (there > 0) return absl::AlreadyExistsError("somebody was first");
      db << "insert into a (x, thread) values (:x, :t)", soci::use(x), soci::use(owner);
      return absl::OkStatus();
    });
    if (status.ok()) ++won;
    EXPECT_TRUE(status.ok() || absl::IsAlreadyExists(status)) << status;
  });
  EXPECT_EQ(won, kRounds);
  EXPECT_EQ(Count(), kRounds);
}

TEST_P(TogetherTest, AMistakenStatementHurtsOnlyTheOneThatMadeIt) {
  OnThreads([&](int thread, int round) {
    const long long x = thread * kRounds + round, owner = thread;
    const auto status = database_->Write([&](soci::session& db) {
      db << "insert into a (x, thread) values (:x, :t)", soci::use(x), soci::use(owner);
      if (thread == 0) db << "insert into nowhere values (1)";
      return absl::OkStatus();
    });
    EXPECT_EQ(status.ok(), thread != 0) << status;
  });
  EXPECT_EQ(Count(), (kThreads - 1) * kRounds);
}

INSTANTIATE_TEST_SUITE_P(Engines, TogetherTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hotline
