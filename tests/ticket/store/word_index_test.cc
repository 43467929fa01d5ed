// Finding tickets by words: as LIKE would, with the index' help, on both engines.
#include "services/ticket/store/word_index.h"

#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "services/ticket/store/search_grams.h"
#include "services/ticket/store/ticket_store.h"
#include "tests/database/postgres_server.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::ticket {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kDay = absl::FromUnixSeconds(1'789'434'120);

TEST(SearchGramsTest, PairsAndSingleCharactersBeyondAscii) {
  EXPECT_THAT(SearchGrams(""), IsEmpty());
  EXPECT_THAT(SearchGrams("a"), IsEmpty());
  EXPECT_EQ(SearchGrams("ab").size(), 1u);
  EXPECT_EQ(SearchGrams("工").size(), 1u);
  EXPECT_EQ(SearchGrams("工资").size(), 3u);
  EXPECT_EQ(SearchGrams("工资工资").size(), 4u) << "each once, and one for the seam";
  EXPECT_EQ(SearchGrams("𠮷😀").size(), 3u);
  EXPECT_NO_FATAL_FAILURE(SearchGrams("\xff\xe5\xb7")) << "not UTF-8";
}

class WordIndexTest : public testing::TestWithParam<std::string> {
 protected:
  WordIndexTest() {
    url_ = GetParam() == "sqlite" ? "sqlite:" + dir_.File("tickets.db")
                                  : SharedPostgres().NewDatabase();
    Open();
  }

  void Open() {
    store_.reset();
    auto store = TicketStore::Open({.url = url_, .sessions = 2});
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  static TicketRow Row(int i, const std::string& text) {
    return {.ticket_no = "GD" + std::to_string(1000 + i),
            .version = 1,
            .state = i % 2,
            .first_contact = "opr1",
            .create_time = kDay + absl::Seconds(i / 3),  // three of each moment
            .update_time = kDay,
            .search_text = text,
            .body = "{}"};
  }

  static EventRow Event(int64_t version) { return {version, kDay, "opr1", "edited", "{}"}; }

  void Write(const std::function<void(TicketWriter&)>& work) {
    const auto status = store_->Write([&](TicketWriter& db) {
      work(db);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }

  void Insert(int i, const std::string& text) {
    Write([&](TicketWriter& db) { db.Insert(Row(i, text), {Event(1)}, {}); });
  }

  std::vector<std::string> List(const ListFilter& filter) {
    std::vector<std::string> numbers;
    EXPECT_TRUE(store_
                    ->Read([&](TicketReader& db) {
                      for (const auto& row : db.List(filter)) numbers.push_back(row.ticket_no);
                      return absl::OkStatus();
                    })
                    .ok());
    return numbers;
  }

  TempDir dir_;
  std::string url_;
  std::unique_ptr<TicketStore> store_;
};

TEST_P(WordIndexTest, EveryRunOfCharactersIsFoundAndNothingElse) {
  const unsigned seed = testing::UnitTest::GetInstance()->random_seed();
  SCOPED_TRACE("repeat with --gtest_random_seed=" + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> letters = {"工", "资", "劳", "𠮷", "a", "1", "%", "'", " ", ":"};
  const auto draw = [&](size_t length) {
    std::string text;
    for (size_t i = 0; i < length; ++i) text += letters[random() % letters.size()];
    return text;
  };
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) {
    texts.push_back(draw(random() % 12));
    Insert(i, texts.back());
  }
  for (int round = 0; round < 60; ++round) {
    const std::string word = draw(1 + random() % 3);
    std::vector<std::string> expected;
    for (int i = 59; i >= 0; --i) {
      if (texts[static_cast<size_t>(i)].find(word) != std::string::npos) {
        expected.push_back(Row(i, "").ticket_no);
      }
    }
    EXPECT_EQ(List({.words = {word}, .limit = 100}), expected) << word;
  }
}

TEST_P(WordIndexTest, AnEditedTextIsFoundByWhatItSaysNow) {
  Insert(1, "拖欠工资");
  Insert(2, "拖欠货款");
  TicketRow edited = Row(1, "离婚财产");
  edited.version = 2;
  Write([&](TicketWriter& db) { db.Update(edited, {Event(2)}); });
  EXPECT_THAT(List({.words = {"拖欠"}}), ElementsAre("GD1002"));
  EXPECT_THAT(List({.words = {"财产"}}), ElementsAre("GD1001"));
  EXPECT_THAT(List({.words = {"离婚", "拖欠"}}), IsEmpty());
}

TEST_P(WordIndexTest, PagesAndOtherConditionsHoldWithWordsToo) {
  for (int i = 0; i < 9; ++i) Insert(i, i == 4 ? "别的" : "合同纠纷");
  EXPECT_THAT(List({.words = {"合同"}, .limit = 3}), ElementsAre("GD1008", "GD1007", "GD1006"));
  EXPECT_THAT(List({.words = {"合同"}, .older_than = ListPosition{kDay, "GD1006"}, .limit = 3}),
              ElementsAre("GD1005", "GD1003", "GD1002"));
  EXPECT_THAT(List({.states = {1}, .words = {"合同"}}),
              ElementsAre("GD1007", "GD1005", "GD1003", "GD1001"));
  EXPECT_THAT(
      List({.words = {"合同"}, .from = kDay + absl::Seconds(1), .until = kDay + absl::Seconds(2)}),
      ElementsAre("GD1005", "GD1003"));
}

TEST_P(WordIndexTest, TicketsFromBeforeTheIndexAreFoundAfterTheNextStart) {
  for (int i = 0; i < WordIndex::kBatch + 3; ++i) Insert(i, i == 1 ? "赡养费" : "其他");
  store_.reset();
  {
    const auto database = *Database::Open(url_, 1, "the test database");
    ASSERT_TRUE(database
                    ->Write([&](soci::session& db) {
                      db << "update ticket set search_key = null";
                      db << (GetParam() == "sqlite"
                                 ? "insert into ticket_words (ticket_words) values ('delete-all')"
                                 : "delete from ticket_words");
                      return absl::OkStatus();
                    })
                    .ok());
  }
  Open();
  EXPECT_THAT(List({.words = {"赡养"}}), ElementsAre("GD1001"));
  EXPECT_THAT(List({.words = {"其他"}, .limit = 1}), ElementsAre("GD1502"));
}

TEST_P(WordIndexTest, TimesBeyondAllTicketsAreTimes) {
  Insert(1, "合同");
  const auto between = [&](absl::Time from, absl::Time until) {
    return List({.words = {"合同"}, .from = from, .until = until});
  };
  EXPECT_THAT(between(absl::InfinitePast(), absl::InfiniteFuture()), ElementsAre("GD1001"));
  const absl::Time first = absl::FromCivil(absl::CivilYear(1), absl::UTCTimeZone());
  const absl::Time last = absl::FromCivil(absl::CivilYear(9999), absl::UTCTimeZone());
  EXPECT_THAT(between(first, last), ElementsAre("GD1001"));
  EXPECT_THAT(between(last, absl::InfiniteFuture()), IsEmpty());
}

TEST_P(WordIndexTest, ATicketOfAnOlderProgramIsFoundOnceItChanges) {
  Insert(1, "合同");
  const auto database = *Database::Open(url_, 1, "the test database");
  ASSERT_TRUE(database
                  ->Write([&](soci::session& db) {
                    db << "update ticket set search_key = null";
                    db << (GetParam() == "sqlite"
                               ? "insert into ticket_words (ticket_words) values ('delete-all')"
                               : "delete from ticket_words");
                    return absl::OkStatus();
                  })
                  .ok());
  TicketRow edited = Row(1, "合同纠纷");
  edited.version = 2;
  Write([&](TicketWriter& db) { db.Update(edited, {Event(2)}); });
  EXPECT_THAT(List({.words = {"纠纷"}}), ElementsAre("GD1001"));
}

INSTANTIATE_TEST_SUITE_P(Engines, WordIndexTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hotline::ticket
