// What a ticket store promises, on SQLite and on a real PostgreSQL.
#include "services/ticket/store/ticket_store.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include <soci/soci.h>

#include "services/database/database.h"
#include "tests/database/postgres_server.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::ticket {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kNow = absl::FromUnixMicros(1'789'434'120'123'456);

TicketRow MakeRow(const std::string& no, absl::Time created = kNow) {
  return {.ticket_no = no,
          .version = 1,
          .state = 1,
          .first_contact = "opr1",
          .category = 1,
          .create_time = created,
          .update_time = created,
          .search_text = "words of " + no,
          .body = "{}"};
}

EventRow MakeEvent(int64_t version, const std::string& kind = "opened") {
  return {version, kNow, "opr1", kind, "{}"};
}

class TicketStoreTest : public testing::TestWithParam<std::string> {
 protected:
  TicketStoreTest() {
    url_ = GetParam() == "sqlite" ? "sqlite:" + dir_.File("tickets.db")
                                  : SharedPostgres().NewDatabase();
    Open();
  }

  void Open() {
    store_.reset();
    auto store = TicketStore::Open({.url = url_, .sessions = 4});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  absl::Status Insert(const TicketRow& row, const CallerColumns& caller = {}) {
    return store_->Write([&](TicketWriter& db) {
      db.Insert(row, {MakeEvent(1)}, caller);
      return absl::OkStatus();
    });
  }

  template <class F>
  auto Ask(const F& question) {
    decltype(question(std::declval<TicketReader&>())) answer{};
    const auto status = store_->Read([&](TicketReader& db) {
      answer = question(db);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return answer;
  }

  std::optional<TicketRow> Find(const std::string& no) {
    return Ask([&](TicketReader& db) { return db.Find(no); });
  }

  std::vector<std::string> List(const ListFilter& filter) {
    std::vector<std::string> numbers;
    for (const auto& row : Ask([&](TicketReader& db) { return db.List(filter); })) {
      numbers.push_back(row.ticket_no);
    }
    return numbers;
  }

  TempDir dir_;
  std::string url_;
  std::unique_ptr<TicketStore> store_;
};

TEST_P(TicketStoreTest, WhatIsWrittenComesBackAfterAReopen) {
  TicketRow row = MakeRow("GD1");
  row.call_id = "0C1";
  row.call_open = true;
  row.deadline = kNow + absl::Minutes(10);
  row.body = "'); drop table ticket; -- \"<script>\" :a ? $1 \\ 𠮷😀 １３８\r\n\t";
  for (int i = 0; i < 10; ++i) row.body += row.body;  // about 60 KB
  const CallerColumns caller{CallerColumns::State::kKnown, "sealed", "key"};
  EventRow event = MakeEvent(1);
  event.body = row.body;
  ASSERT_TRUE(store_
                  ->Write([&](TicketWriter& db) {
                    db.Insert(row, {event}, caller);
                    return absl::OkStatus();
                  })
                  .ok());
  Open();
  EXPECT_EQ(Find("GD1"), row);
  EXPECT_EQ(Ask([](TicketReader& db) { return db.FindByCall("0C1"); }), row);
  EXPECT_THAT(Ask([](TicketReader& db) { return db.Events("GD1"); }), ElementsAre(event));
  EXPECT_EQ(Ask([](TicketReader& db) { return db.Caller("GD1"); }), caller);
  EXPECT_EQ(Find("GD2"), std::nullopt);
}

TEST_P(TicketStoreTest, AnotherSystemsNumberBelongsToOneTicket) {
  ASSERT_TRUE(Insert(MakeRow("GD1")).ok());
  ASSERT_TRUE(Insert(MakeRow("GD2")).ok());
  const auto claim = [&](const std::string& ticket, const std::string& number) {
    return store_->Write([&](TicketWriter& db) {
      if (db.FindExternal("12345", number)) return absl::AlreadyExistsError("taken");
      db.ClaimExternal(ticket, "12345", number);
      return absl::OkStatus();
    });
  };
  const auto owner = [&](const std::string& number) {
    return Ask([&](TicketReader& db) { return db.FindExternal("12345", number); });
  };
  EXPECT_TRUE(claim("GD1", "E-778").ok());
  EXPECT_FALSE(claim("GD2", "E-778").ok());
  Open();
  EXPECT_EQ(owner("E-778"), "GD1");
  EXPECT_EQ(Ask([](TicketReader& db) { return db.FindExternal("other", "E-778"); }), std::nullopt);
  EXPECT_TRUE(claim("GD1", "E-779").ok()) << "it was a slip of the finger";
  EXPECT_EQ(owner("E-778"), std::nullopt);
  EXPECT_TRUE(claim("GD2", "E-778").ok());
  EXPECT_TRUE(claim("GD2", "").ok());
  EXPECT_EQ(owner("E-778"), std::nullopt);
}

TEST_P(TicketStoreTest, ManyWhoBringOneNumberAtOnceGetOneTicket) {
  constexpr int kClients = 4;
  std::vector<std::thread> clients;
  std::vector<std::string> owners(kClients);
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      const std::string own = "GD" + std::to_string(i);
      EXPECT_TRUE(store_
                      ->Write([&](TicketWriter& db) {
                        const auto there = db.FindExternal("12345", "E-778");
                        owners[static_cast<size_t>(i)] = there.value_or(own);
                        if (there) return absl::OkStatus();
                        db.Insert(MakeRow(own), {MakeEvent(1)}, {});
                        db.ClaimExternal(own, "12345", "E-778");
                        return absl::OkStatus();
                      })
                      .ok());
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(std::set<std::string>(owners.begin(), owners.end()).size(), 1u);
  EXPECT_EQ(List({}).size(), 1u);
}

TEST_P(TicketStoreTest, CountsWhatEachLeadAnswersFor) {
  TicketRow row = MakeRow("GD1");
  ASSERT_TRUE(Insert(row).ok());
  for (const char* lead : {"stn-a", "stn-b", "stn-b"}) {
    row.lead = lead;
    ++row.version;
    ASSERT_TRUE(store_
                    ->Write([&](TicketWriter& db) {
                      db.Update(row, {MakeEvent(row.version, "dispatch")});
                      return absl::OkStatus();
                    })
                    .ok());
  }
  row = MakeRow("GD2");
  row.lead = "stn-b";
  ASSERT_TRUE(Insert(row).ok());
  row = MakeRow("GD3");
  row.lead = "stn-b";
  row.state = 61;
  ASSERT_TRUE(Insert(row).ok());
  EXPECT_EQ(Ask([](TicketReader& db) { return db.CountOpenOf("stn-b", 61); }), 2);
  EXPECT_EQ(Ask([](TicketReader& db) { return db.CountOpenOf("stn-a", 61); }), 0);
  EXPECT_EQ(Find("GD2")->lead, "stn-b");
}

// A database of before is read from the bodies of its tickets, as the program wrote them.
TEST_P(TicketStoreTest, OlderTicketsKeepTheirNumbersAndLeads) {
  for (const char* no : {"GD1", "GD2", "GD3", "GD4"}) {
    TicketRow row = MakeRow(no, kNow + absl::Seconds(no[2] - '0'));
    row.state = 31;
    row.body = R"({"ticket":{"ticket_no":"GD1","marks":{"priority":"P3","external_source":"12345",)"
               R"("external_no":"E-1"}},"work":{"lead":{"org":"stn-a","path":"/c/a"}}})";
    if (no[2] == '3') row.body = R"({"ticket":{"content":{"title":"\"external_no\":\"E-9\""}}})";
    if (no[2] == '4') row.body = "not to be read";
    ASSERT_TRUE(Insert(row).ok());
  }
  store_.reset();
  auto database = Database::Open(url_, 1, "the test's database");
  ASSERT_TRUE(database.ok());
  const auto undone = (*database)->Write([](soci::session& db) {
    for (const char* statement :
         {"drop table external_number", "drop index ticket_lead",
          "alter table ticket drop column lead", "drop table outbox", "drop table inbox",
          "drop index ticket_due", "alter table ticket drop column due_us",
          "delete from schema_migration where version > 2"}) {
      db << statement;
    }
    const bool postgres = GetParam() == "postgresql";
    if (postgres) db << "drop function ticket_count_change cascade";
    for (const char* trigger : {"insert", "update", "delete"}) {
      if (!postgres) db << absl::StrCat("drop trigger ticket_count_", trigger);
    }
    db << "drop table ticket_count";
    return absl::OkStatus();
  });
  ASSERT_TRUE(undone.ok()) << undone;
  database->reset();
  Open();
  EXPECT_EQ(Ask([](TicketReader& db) { return db.CountState(31); }), 4);
  EXPECT_EQ(Ask([](TicketReader& db) { return db.FindExternal("12345", "E-1"); }), "GD1");
  EXPECT_EQ(Find("GD2")->lead, "stn-a");
  EXPECT_EQ(Find("GD3")->lead, "");
}

TEST_P(TicketStoreTest, AWorkThatFailsLeavesNoTrace) {
  const auto status = store_->Write([&](TicketWriter& db) {
    db.Insert(MakeRow("GD1"), {MakeEvent(1)}, {});
    EXPECT_EQ(db.NextSerial("260915"), 1);
    return absl::AbortedError("changed my mind");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(Find("GD1"), std::nullopt);
  EXPECT_TRUE(store_
                  ->Write([&](TicketWriter& db) {
                    EXPECT_EQ(db.NextSerial("260915"), 1);
                    return absl::OkStatus();
                  })
                  .ok());
}

TEST_P(TicketStoreTest, AnUpdateOfAnOldVersionStartsAgainAndIsGivenUpInTheEnd) {
  ASSERT_TRUE(Insert(MakeRow("GD1")).ok());
  int tries = 0;
  const auto status = store_->Write([&](TicketWriter& db) {
    ++tries;
    TicketRow row = MakeRow("GD1");
    row.version = 8;
    db.Update(row, {MakeEvent(8, "edited")});
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_GT(tries, 1);
  EXPECT_EQ(Find("GD1")->version, 1);
  EXPECT_THAT(Ask([](TicketReader& db) { return db.Events("GD1"); }).size(), 1u);
}

TEST_P(TicketStoreTest, FourWritersLoseNoChangeOfOneTicket) {
  constexpr int kWriters = 4, kChanges = 25;
  ASSERT_TRUE(Insert(MakeRow("GD1")).ok());
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      for (int k = 0; k < kChanges; ++k) {
        const auto status = store_->Write([](TicketWriter& db) {
          auto row = *db.FindToChange("GD1");
          ++row.version;
          db.Update(row, {MakeEvent(row.version, "edited")});
          return absl::OkStatus();
        });
        EXPECT_TRUE(status.ok()) << status;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(Find("GD1")->version, 1 + kWriters * kChanges);
  const auto events = Ask([](TicketReader& db) { return db.Events("GD1"); });
  ASSERT_EQ(events.size(), 1u + kWriters * kChanges);
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].version, static_cast<int64_t>(i) + 1);
  }
}

TEST_P(TicketStoreTest, ACallHasOneTicketWhoeverIsFirst) {
  constexpr int kWriters = 4;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&, i] {
      const auto status = store_->Write([i](TicketWriter& db) {
        if (db.FindByCall("0C1")) return absl::OkStatus();
        TicketRow row = MakeRow("GD" + std::to_string(i));
        row.call_id = "0C1";
        db.Insert(row, {MakeEvent(1)}, {});
        return absl::OkStatus();
      });
      EXPECT_TRUE(status.ok()) << status;
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(List({}).size(), 1u);
}

TEST_P(TicketStoreTest, TicketsWithoutACallDoNotMeet) {
  EXPECT_TRUE(Insert(MakeRow("GD1")).ok());
  EXPECT_TRUE(Insert(MakeRow("GD2")).ok());
  EXPECT_EQ(List({}).size(), 2u);
}

TEST_P(TicketStoreTest, SerialsAreGivenOnceADay) {
  constexpr int kWriters = 4, kSerials = 20;
  std::mutex mutex;
  std::set<int64_t> serials;
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      for (int k = 0; k < kSerials; ++k) {
        int64_t serial = 0;
        EXPECT_TRUE(store_
                        ->Write([&](TicketWriter& db) {
                          serial = db.NextSerial("260915");
                          return absl::OkStatus();
                        })
                        .ok());
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(serials.insert(serial).second) << serial;
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(*serials.rbegin(), kWriters * kSerials);
  EXPECT_TRUE(store_
                  ->Write([](TicketWriter& db) {
                    EXPECT_EQ(db.NextSerial("260916"), 1);
                    return absl::OkStatus();
                  })
                  .ok());
}

TEST_P(TicketStoreTest, RepliesAreKeptByAccountAndRequest) {
  const SavedReply reply{"hash", "reply 😀"};
  ASSERT_TRUE(store_
                  ->Write([&](TicketWriter& db) {
                    db.SaveReply("opr1", "r1", reply, kNow);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(Ask([](TicketReader& db) { return db.FindReply("opr1", "r1"); }), reply);
  EXPECT_EQ(Ask([](TicketReader& db) { return db.FindReply("opr2", "r1"); }), std::nullopt);
  const auto forget = [&](absl::Time before) {
    return store_->Write([&](TicketWriter& db) {
      db.ForgetReplies(before);
      return absl::OkStatus();
    });
  };
  EXPECT_TRUE(forget(kNow).ok());
  EXPECT_EQ(Ask([](TicketReader& db) { return db.FindReply("opr1", "r1"); }), reply);
  EXPECT_TRUE(forget(kNow + absl::Microseconds(1)).ok());
  EXPECT_EQ(Ask([](TicketReader& db) { return db.FindReply("opr1", "r1"); }), std::nullopt);
}

TEST_P(TicketStoreTest, ListsAreNewestFirstAndFilteredByAllConditions) {
  for (int i = 1; i <= 9; ++i) {
    TicketRow row = MakeRow("GD" + std::to_string(i), kNow + absl::Seconds(i / 2));
    row.state = i % 3 == 0 ? 61 : 1;
    row.first_contact = i % 2 == 0 ? "opr2" : "opr1";
    row.search_text = "no " + std::to_string(i) + " 100% under_score 工资 !";
    ASSERT_TRUE(Insert(row, {CallerColumns::State::kKnown, "s", i < 3 ? "k" : ""}).ok());
  }
  EXPECT_THAT(List({.limit = 3}), ElementsAre("GD9", "GD8", "GD7"));
  EXPECT_THAT(List({.older_than = ListPosition{kNow + absl::Seconds(3), "GD7"}, .limit = 3}),
              ElementsAre("GD6", "GD5", "GD4"));
  EXPECT_THAT(List({.states = {61, 81}}), ElementsAre("GD9", "GD6", "GD3"));
  EXPECT_THAT(List({.states = {61}, .first_contact = "opr2"}), ElementsAre("GD6"));
  EXPECT_THAT(List({.words = {"工资", "no 4"}}), ElementsAre("GD4"));
  EXPECT_THAT(List({.words = {"100%", "r_s"}}).size(), 9u);
  EXPECT_THAT(List({.words = {"1%0"}}), IsEmpty());
  EXPECT_THAT(List({.words = {"rXs"}}), IsEmpty());
  EXPECT_THAT(List({.words = {"工资 !"}}).size(), 9u);
  EXPECT_THAT(List({.words = {"' or 1=1 --"}}), IsEmpty());
  EXPECT_THAT(List({.caller_key = "k"}), ElementsAre("GD2", "GD1"));
  EXPECT_THAT(List({.from = kNow + absl::Seconds(1), .until = kNow + absl::Seconds(2)}),
              ElementsAre("GD3", "GD2"));
}

TEST_P(TicketStoreTest, DeadlinesOpenCallsAndPendingCallersAreFound) {
  for (int i = 1; i <= 3; ++i) {
    TicketRow row = MakeRow("GD" + std::to_string(i), kNow + absl::Seconds(i));
    row.call_id = "0C" + std::to_string(i);
    row.call_open = i != 2;
    row.deadline = i == 3 ? absl::InfiniteFuture() : kNow + absl::Minutes(10 - i);
    ASSERT_TRUE(Insert(row, {.state = i == 1 ? CallerColumns::State::kKnown
                                             : CallerColumns::State::kPending})
                    .ok());
  }
  const auto due = [&](absl::Duration after) {
    return Ask([&](TicketReader& db) { return db.Due(kNow + after, 10); });
  };
  EXPECT_THAT(due(absl::Minutes(7)), IsEmpty());
  EXPECT_THAT(due(absl::Minutes(8)), ElementsAre("GD2"));
  EXPECT_THAT(due(absl::Hours(9)), ElementsAre("GD2", "GD1"));
  EXPECT_EQ(Ask([](TicketReader& db) { return db.NextDeadline(); }), kNow + absl::Minutes(8));
  EXPECT_THAT(Ask([](TicketReader& db) { return db.OpenCalls(9); }), ElementsAre("0C1", "0C3"));
  EXPECT_THAT(Ask([](TicketReader& db) { return db.PendingCallers(9); }),
              ElementsAre("0C3", "0C2"));
  EXPECT_EQ(Ask([](TicketReader& db) { return db.CountState(1); }), 3);
  ASSERT_TRUE(store_
                  ->Write([](TicketWriter& db) {
                    db.SetCaller("GD3", {CallerColumns::State::kWithheld, "", ""});
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_THAT(Ask([](TicketReader& db) { return db.PendingCallers(9); }), ElementsAre("0C2"));
}

TEST_P(TicketStoreTest, WorkListsAreByWhoOwesAndUntilWhen) {
  TicketRow row = MakeRow("a");
  row.due = kNow + absl::Hours(1);
  row.lead = "stn-a";
  ASSERT_TRUE(Insert(row).ok());
  ASSERT_TRUE(Insert(MakeRow("b", kNow + absl::Seconds(1))).ok());
  const auto list = [&](const ListFilter& filter) {
    return Ask([&](TicketReader& db) { return db.List(filter); });
  };
  EXPECT_THAT(list({.lead = "stn-a"}), ElementsAre(row));
  EXPECT_THAT(list({.lead = "stn-b"}), IsEmpty());
  EXPECT_THAT(list({.due_before = kNow + absl::Hours(1)}), IsEmpty()) << "on time is who is ready";
  EXPECT_THAT(list({.due_before = kNow + absl::Hours(2)}), ElementsAre(row));
  const auto count = [&](absl::Time now) {
    return Ask([&](TicketReader& db) { return db.CountStates(now); });
  };
  EXPECT_THAT(count(kNow), ElementsAre(StateCount{1, 2, 0}));
  EXPECT_THAT(count(kNow + absl::Hours(2)), ElementsAre(StateCount{1, 2, 1}));
  row.due = absl::InfiniteFuture();
  ASSERT_TRUE(store_
                  ->Write([&](TicketWriter& db) {
                    db.SetDue("a", row.due);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_THAT(list({.lead = "stn-a"}), ElementsAre(row));
  EXPECT_THAT(list({.due_before = kNow + absl::Hours(2)}), IsEmpty());
}

// The counts are kept and not counted; whatever happened, they are those of the tickets.
TEST_P(TicketStoreTest, KeptCountsAreThoseOfTheTicketsWhateverHappened) {
  constexpr int kHistories = 20, kSteps = 60, kTickets = 12, kThreads = 3;
  constexpr int kStates[] = {0, 1, 21, 31, 61, 81};
  const int seed = static_cast<int>(std::random_device()() >> 1);
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  const auto live = [&](int history, int thread) {
    std::mt19937 random(static_cast<unsigned>(seed + history * kThreads + thread));
    const auto any = [&](size_t below) {
      return random() % below;
    };
    for (int step = 0; step < kSteps; ++step) {
      const std::string no = absl::StrCat("h", history, "-", any(kTickets));
      const int state = kStates[any(std::size(kStates))];
      const absl::Time due = any(3) == 0 ? absl::InfiniteFuture() : kNow + absl::Minutes(any(600));
      const bool fails = any(5) == 0, twice = any(4) == 0;
      const auto status = store_->Write([&](TicketWriter& db) {
        auto row = db.FindToChange(no);
        if (!row) {
          row = MakeRow(no);
          row->state = state;
          row->due = due;
          db.Insert(*row, {MakeEvent(1)}, {});
        } else {
          row->state = state;
          row->due = due;
          db.Update(*row, {MakeEvent(++row->version, "moved")});
        }
        if (twice) {
          row->state = kStates[0];
          db.Update(*row, {MakeEvent(++row->version, "again")});
        }
        if (state == 31) db.SetDue(no, kNow);
        return fails ? absl::AbortedError("not this time") : absl::OkStatus();
      });
      EXPECT_TRUE(status.ok() || (fails && status.code() == absl::StatusCode::kAborted)) << status;
    }
  };
  for (int history = 0; history < kHistories; ++history) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(live, history, thread);
    for (auto& thread : threads) thread.join();
    if (history % 7 == 3) Open();
    const absl::Time now = kNow + absl::Hours(3);
    std::map<int, StateCount> counted;
    for (const TicketRow& row : Ask([](TicketReader& db) { return db.List({.limit = 100'000}); })) {
      StateCount& count = counted[row.state];
      count.state = row.state;
      ++count.tickets;
      count.overdue += row.due < now ? 1 : 0;
    }
    std::vector<StateCount> expected;
    for (const auto& [state, count] : counted) expected.push_back(count);
    ASSERT_EQ(Ask([&](TicketReader& db) { return db.CountStates(now); }), expected);
    for (const StateCount& count : expected) {
      ASSERT_EQ(Ask([&](TicketReader& db) { return db.CountState(count.state); }), count.tickets);
    }
  }
}

TEST_P(TicketStoreTest, ADeadlineCanBeMoved) {
  TicketRow row = MakeRow("GD1");
  row.deadline = kNow;
  ASSERT_TRUE(Insert(row).ok());
  ASSERT_TRUE(store_
                  ->Write([](TicketWriter& db) {
                    db.SetDeadline("GD1", kNow + absl::Hours(1));
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(Ask([](TicketReader& db) { return db.NextDeadline(); }), kNow + absl::Hours(1));
  EXPECT_EQ(Find("GD1")->version, 1);
}

TEST_P(TicketStoreTest, NoDeadlineIsNever) {
  EXPECT_EQ(Ask([](TicketReader& db) { return db.NextDeadline(); }), absl::InfiniteFuture());
}

INSTANTIATE_TEST_SUITE_P(Engines, TicketStoreTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& test) { return test.param; });

TEST(SqliteTicketStoreTest, TheFileIsPrivateAndItsLogStaysShort) {
  const TempDir dir;
  const std::string file = dir.File("tickets.db");
  const auto store = *TicketStore::Open({.url = "sqlite:" + file, .sessions = 4});
  TicketRow row = MakeRow("GD1");
  row.body = std::string(4000, 'x');
  ASSERT_TRUE(store
                  ->Write([&](TicketWriter& db) {
                    db.Insert(row, {MakeEvent(1)}, {});
                    return absl::OkStatus();
                  })
                  .ok());
  // Readers in between, as in service: none of them may pin the log.
  for (int i = 0; i < 1200; ++i) {
    ASSERT_TRUE(store
                    ->Write([&](TicketWriter& db) {
                      ++row.version;
                      db.Update(row, {MakeEvent(row.version, "edited")});
                      return absl::OkStatus();
                    })
                    .ok());
    if (i % 100 == 0) {
      EXPECT_TRUE(store
                      ->Read([](TicketReader& db) {
                        return db.List({}).empty() ? absl::InternalError("") : absl::OkStatus();
                      })
                      .ok());
    }
  }
  EXPECT_LT(std::filesystem::file_size(file + "-wal"), 10u << 20);

  struct stat info {};

  for (const char* suffix : {"", "-wal"}) {
    ASSERT_EQ(stat((file + suffix).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
  }
}

TEST(PostgresTicketStoreTest, GoesOnAfterTheServerWasKilled) {
  PostgresServer server;
  const auto store = *TicketStore::Open({.url = server.NewDatabase(), .sessions = 2});
  const auto insert = [&](const std::string& no) {
    return store->Write([&](TicketWriter& db) {
      db.Insert(MakeRow(no), {MakeEvent(1)}, {});
      return absl::OkStatus();
    });
  };
  ASSERT_TRUE(insert("GD1").ok());
  server.Kill();
  EXPECT_EQ(insert("GD2").code(), absl::StatusCode::kUnavailable);
  server.Start();
  EXPECT_TRUE(insert("GD3").ok());
  EXPECT_TRUE(store
                  ->Read([](TicketReader& db) {
                    EXPECT_TRUE(db.Find("GD1"));
                    EXPECT_FALSE(db.Find("GD2"));
                    return absl::OkStatus();
                  })
                  .ok());
}

TEST(PostgresTicketStoreTest, AnErrorDoesNotRepeatWhatWasBound) {
  const auto store = *TicketStore::Open({.url = SharedPostgres().NewDatabase(), .sessions = 1});
  TicketRow row = MakeRow("GD1");
  row.body = "secret \xff";
  const auto status = store->Write([&](TicketWriter& db) {
    db.Insert(row, {MakeEvent(1)}, {});
    return absl::OkStatus();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_EQ(std::string(status.message()).find("secret"), std::string::npos) << status;
}

TEST(TicketStoreOpenTest, AWrongAddressIsExplained) {
  EXPECT_EQ(TicketStore::Open({.url = "tickets.db"}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(TicketStore::Open({.url = "sqlite:/nowhere/at/all.db"}).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(TicketStore::Open({.url = "postgresql:///x?host=/nowhere"}).status().code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace hotline::ticket
