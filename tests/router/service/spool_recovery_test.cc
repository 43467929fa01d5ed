#include "router/service/spool_recovery.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "router/redis/journal_tail.h"
#include "tests/redis/await.h"
#include "tests/redis/redis_server.h"

#include "hotline/router/v1/journal.pb.h"

namespace hotline::router {
namespace {

using redis::Await;
using redis::RunUntil;
using testing::SizeIs;

std::string Record(uint64_t epoch, uint64_t seq, const std::string& entry) {
  v1::SpooledEntry record;
  record.set_owner("router-1/first run");
  record.set_epoch(epoch);
  record.set_seq(seq);
  record.set_entry(entry);
  return record.SerializeAsString();
}

TEST(SpoolRecovery, RecordsOfAnEarlierEpochDoNotVoidThoseBehindThem) {
  redis::RedisServer server;
  boost::asio::io_context io;
  redis::Connection connection(io, server.options());
  const JournalStore::Options first{.area = "test", .owner = "router-1/first run"};
  const JournalStore::Options second{.area = "test", .owner = "router-1/second run"};
  JournalStore store(connection, first);
  connection.Start([](const absl::Status&) {});
  ASSERT_TRUE(RunUntil(io, [&] { return connection.up(); }));
  bool loaded = false;
  store.LoadFunctions([&](const absl::Status& status) { loaded = status.ok(); });
  ASSERT_TRUE(RunUntil(io, [&] { return loaded; }));
  const uint64_t epoch = Await<FenceAnswer>(io, [&](auto done) { store.Acquire(1, done); })->epoch;

  const std::vector<std::string> spooled = {Record(epoch - 1, 1, "before Redis was emptied"),
                                            Record(epoch, 1, "after")};
  bool recovered = false;
  RecoverSpool(connection, second, spooled,
               [&](const absl::Status& status) { recovered = status.ok(); });
  ASSERT_TRUE(RunUntil(io, [&] { return recovered; }));
  const auto journal = Await<std::vector<TailEntry>>(io, [&](auto done) {
    ReadJournal(connection, store.keys().journal(), 0, 0, absl::ZeroDuration(), done);
  });
  ASSERT_THAT(*journal, SizeIs(1));
  EXPECT_EQ(journal->front().bytes, "after");
}

}  // namespace
}  // namespace hotline::router
