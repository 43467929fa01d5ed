// What the outbox and the inbox promise, on SQLite and on a real PostgreSQL.
#include "services/ticket/store/post.h"

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/ticket/store/ticket_store.h"
#include "tests/database/postgres_server.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::ticket {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kPostNow = absl::FromUnixMicros(1'789'434'120'123'456);
constexpr char kThere[] = "12345";

class PostTest : public testing::TestWithParam<std::string> {
 protected:
  PostTest() {
    const std::string url = GetParam() == "sqlite" ? "sqlite:" + dir_.File("tickets.db")
                                                   : SharedPostgres().NewDatabase();
    auto store = TicketStore::Open({.url = url, .sessions = 4});
    EXPECT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  void Write(const std::function<void(TicketWriter&)>& work) {
    const auto status = store_->Write([&](TicketWriter& db) {
      work(db);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }

  void Open(const std::string& no) {
    Write([&](TicketWriter& db) { db.Insert(Row(no), {Event(1)}, {}); });
  }

  static TicketRow Row(const std::string& no) {
    return {.ticket_no = no, .version = 1, .state = 1, .create_time = kPostNow, .body = "{}"};
  }

  static EventRow Event(int64_t version) { return {version, kPostNow, "dsp1", "refer", "{}"}; }

  static Notice Of(const std::string& no, int64_t version) {
    return {.destination = kThere,
            .ticket_no = no,
            .version = version,
            .body = no + " " + std::to_string(version),
            .create_time = kPostNow};
  }

  /// The ticket's next event, and a notice of it.
  static void Tell(TicketWriter& db, const std::string& no) {
    auto row = *db.FindToChange(no);
    ++row.version;
    db.Update(row, {Event(row.version)});
    db.post().Add(Of(no, row.version));
  }

  std::vector<std::string> Due(absl::Time now = kPostNow, int limit = 10) {
    std::vector<std::string> bodies;
    const auto status = store_->Read([&](TicketReader& db) {
      bodies.clear();
      for (const Notice& one : db.post().Due(kThere, now, limit)) bodies.push_back(one.body);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return bodies;
  }

  TempDir dir_;
  std::unique_ptr<TicketStore> store_;
};

TEST_P(PostTest, ATicketsNoticesComeOneAfterTheOther) {
  Open("A");
  Open("B");
  for (int i = 0; i < 3; ++i) Write([](TicketWriter& db) { Tell(db, "A"); });
  Write([](TicketWriter& db) { Tell(db, "B"); });
  EXPECT_THAT(Due(), ElementsAre("A 2", "B 2"));
  EXPECT_THAT(Due(kPostNow - absl::Microseconds(1)), IsEmpty());

  Write([](TicketWriter& db) { db.post().Delivered(Of("A", 2), kPostNow + absl::Seconds(1)); });
  EXPECT_THAT(Due(kPostNow + absl::Seconds(1)), ElementsAre("B 2", "A 3"));
  // The reply to a repeated one comes late: nothing is passed over.
  Write([](TicketWriter& db) { db.post().Delivered(Of("A", 2), kPostNow + absl::Seconds(9)); });
  EXPECT_THAT(Due(kPostNow + absl::Seconds(1)), ElementsAre("B 2", "A 3"));
}

TEST_P(PostTest, OneThatFailsWaitsAndHoldsOnlyItsOwnTicketBack) {
  Open("A");
  Open("B");
  Write([](TicketWriter& db) {
    Tell(db, "A");
    Tell(db, "A");
    Tell(db, "B");
    db.post().Failed(Of("A", 2), kPostNow + absl::Minutes(1), "电话打不通");
  });
  EXPECT_THAT(Due(), ElementsAre("B 2"));
  EXPECT_THAT(Due(kPostNow + absl::Minutes(1)), ElementsAre("B 2", "A 2"));
  const auto status = store_->Read([&](TicketReader& db) {
    const auto all = db.post().Waiting(10);
    EXPECT_EQ(all.size(), 3U);
    EXPECT_EQ(all.front().tries, 1);
    EXPECT_EQ(all.front().problem, "电话打不通");
    EXPECT_EQ(all[1].next_try, absl::InfiniteFuture());
    EXPECT_EQ(db.post().NextTry(kThere), kPostNow);
    EXPECT_EQ(db.post().NextTry("elsewhere"), absl::InfiniteFuture());
    const NoticeCounts late = db.post().Count(kThere, kPostNow);
    EXPECT_EQ(late.waiting, 3);
    EXPECT_EQ(late.overdue, 3);
    EXPECT_EQ(late.oldest, kPostNow);
    EXPECT_EQ(db.post().Count(kThere, kPostNow - absl::Seconds(1)).overdue, 0);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_P(PostTest, ANoticeIsThereIfAndOnlyIfItsChangeIs) {
  Open("A");
  EXPECT_FALSE(store_
                   ->Write([](TicketWriter& db) {
                     Tell(db, "A");
                     return absl::AbortedError("no");
                   })
                   .ok());
  EXPECT_THAT(Due(), IsEmpty());
  Write([](TicketWriter& db) { EXPECT_EQ(db.Find("A")->version, 1); });
}

TEST_P(PostTest, WhileOneIsDeliveredTheNextIsAddedAndNoneIsForgotten) {
  constexpr int kNotices = 60;
  Open("A");
  std::thread teller([&] {
    for (int i = 0; i < kNotices; ++i) Write([](TicketWriter& db) { Tell(db, "A"); });
  });
  std::vector<int64_t> order;
  while (order.size() < kNotices) {
    std::vector<Notice> due;
    const auto status = store_->Read([&](TicketReader& db) {
      due = db.post().Due(kThere, kPostNow, 10);
      return absl::OkStatus();
    });
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_LE(due.size(), 1U);
    for (const Notice& one : due) {
      order.push_back(one.version);
      Write([&](TicketWriter& db) { db.post().Delivered(one, kPostNow); });
    }
  }
  teller.join();
  for (size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], static_cast<int64_t>(i) + 2);
  EXPECT_THAT(Due(), IsEmpty());
}

TEST_P(PostTest, AMessageIsAnsweredOnceAndAnotherTextOfItIsAnotherOne) {
  Write([](TicketWriter& db) { db.post().SaveReply(kThere, "m1", "h1", "r1", kPostNow); });
  Write([](TicketWriter& db) {
    EXPECT_EQ(db.post().FindReply(kThere, "m1", "h1"), "r1");
    EXPECT_EQ(db.post().FindReply(kThere, "m1", "h2"), std::nullopt);
    EXPECT_EQ(db.post().FindReply("elsewhere", "m1", "h1"), std::nullopt);
    EXPECT_TRUE(db.post().HasCome(kThere, "m1"));
    EXPECT_FALSE(db.post().HasCome(kThere, "m2"));
    db.post().ForgetReplies(kPostNow + absl::Seconds(1));
    EXPECT_FALSE(db.post().HasCome(kThere, "m1"));
  });
}

INSTANTIATE_TEST_SUITE_P(Engines, PostTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hotline::ticket
