// A process that is killed at any statement of its start: the next start brings the database to
// where one undisturbed start would have brought it. The stores' own steps, on both engines, over
// an empty database and over one of the first version with tickets in it.
#include <algorithm>
#include <cstdlib>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"

#include "services/database/database.h"
#include "services/directory/store/directory_store.h"
#include "services/ticket/store/migrations.h"
#include "services/ticket/store/ticket_store.h"
#include "tests/database/postgres_server.h"
#include "tests/database/statement_kill.h"
#include "tests/runtime/temp_dir.h"

namespace hotline {
namespace {

constexpr int kOldTickets = 4;
constexpr int kMostStatements = 2000;  ///< of one start; more: it does not end

std::vector<std::string> Texts(soci::session& db, const std::string& question) {
  std::vector<std::string> texts;
  soci::rowset<std::string> rows = (db.prepare << question);
  texts.assign(rows.begin(), rows.end());
  return texts;
}

constexpr char kSqliteSchema[] =
    "select type || ' ' || name || ': ' || coalesce(sql, '') from sqlite_master order by type, "
    "name";

constexpr char kPostgresSchema[] = R"(
    select 'column ' || table_name || '.' || column_name || ': ' || data_type || ' ' || is_nullable
           || ' ' || coalesce(column_default, '')
      from information_schema.columns where table_schema = 'public'
    union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
    union all select 'constraint ' || cast(cast(conrelid as regclass) as text) || ' '
                     || pg_get_constraintdef(oid)
      from pg_constraint where connamespace = cast('public' as regnamespace)
    union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all select 'function ' || pg_get_functiondef(oid)
      from pg_proc where pronamespace = cast('public' as regnamespace)
    order by 1)";

/// All there is in the database: its tables, indexes and triggers, then the rows of each table.
/// The words' index of SQLite keeps no text; the store's lists say what it finds.
std::string Dump(const std::string& url) {
  const auto database = *Database::Open(url, 1, "the test database");
  std::vector<std::string> lines;
  const auto status = database->Read([&](soci::session& db) {
    const bool postgres = database->engine() == SqlEngine::kPostgres;
    lines = Texts(db, postgres ? kPostgresSchema : kSqliteSchema);
    const auto tables = Texts(
        db, postgres ? "select cast(tablename as text) from pg_tables where schemaname = 'public' "
                       "order by tablename"
                     : "select name from sqlite_master where type = 'table' and name not like "
                       "'ticket\\_words%' escape '\\' order by name");
    for (const std::string& table : tables) {
      std::string row = absl::StrCat("cast(", table, " as text)");
      if (!postgres) {
        const auto columns =
            Texts(db, absl::StrCat("select 'quote(' || name || ')' from pragma_table_info('", table,
                                   "') order by name"));
        row = absl::StrJoin(columns, " || ' ' || ");
      }
      for (const std::string& line :
           Texts(db, absl::StrCat("select ", row, " from ", table, " order by 1"))) {
        lines.push_back(absl::StrCat(table, ": ", line));
      }
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  return absl::StrJoin(lines, "\n");
}

/// A store whose steps are run, and what was there before.
struct Start {
  const char* name;
  absl::Status (*open)(const std::string& url);
  void (*before)(const std::string& url);
};

absl::Status OpenTickets(const std::string& url) {
  return ticket::TicketStore::Open({.url = url, .sessions = 1}).status();
}

absl::Status OpenDirectory(const std::string& url) {
  return directory::DirectoryStore::Open({.url = url, .sessions = 1}).status();
}

void Nothing(const std::string& /*url*/) {}

/// The tables of the first version, and tickets as that program wrote them.
void OldTickets(const std::string& url) {
  const auto database = *Database::Open(url, 1, "the test database");
  ASSERT_TRUE(database->Migrate({ticket::TicketMigrations().front()}).ok());
  const auto status = database->Write([](soci::session& db) {
    for (int i = 0; i < kOldTickets; ++i) {
      const std::string number = absl::StrCat("GD", i), text = absl::StrCat("拖欠工资 ", i);
      const std::string body =
          absl::StrCat(R"({"ticket":{"marks":{"external_source":"12345","external_no":"E-)", i / 2,
                       R"("}},"work":{"lead":{"org":"stn-)", i % 3, R"(","path":"/c/a"}}})");
      const int state = i % 4 == 0 ? 81 : 31;
      db << "insert into ticket (ticket_no, version, state, call_open, first_contact, category, "
            "create_us, update_us, deadline_us, caller_state, caller_sealed, caller_key, "
            "search_text, body) values (:n, 1, :s, 0, 'opr1', 1, :c, 1, 9223372036854775807, 4, "
            "'', '', :t, :b)",
          soci::use(number), soci::use(state), soci::use(i), soci::use(text), soci::use(body);
    }
    return absl::OkStatus();
  });
  ASSERT_TRUE(status.ok()) << status;
}

class MigrationKillTest : public testing::TestWithParam<std::tuple<std::string, Start>> {
 protected:
  std::string NewDatabase() {
    const std::string url = std::get<0>(GetParam()) == "sqlite"
                                ? absl::StrCat("sqlite:", dir_.File("t"), ++databases_, ".db")
                                : SharedPostgres().NewDatabase();
    start().before(url);
    return url;
  }

  static const Start& start() { return std::get<1>(GetParam()); }

  static bool DiesAt(int n, const std::string& url) {
    return DiesBeforeStatement(n, [&] {
      if (!start().open(url).ok()) _exit(1);
    });
  }

  static void ExpectCanStart(const std::string& url, const std::string& expected) {
    const auto status = start().open(url);
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(Dump(url), expected);
  }

  TempDir dir_;
  int databases_ = 0;
};

/// MIGRATION_KILL_STRIDE=1 kills before each statement; the test below does so in any case, over
/// one database.
int Stride() {
  const char* stride = std::getenv("MIGRATION_KILL_STRIDE");
  return stride == nullptr ? 7 : std::max(std::atoi(stride), 1);
}

TEST_P(MigrationKillTest, TheNextStartEndsWhereOneStartWould) {
  const std::string undisturbed = NewDatabase();
  ASSERT_TRUE(start().open(undisturbed).ok());
  const std::string expected = Dump(undisturbed);
  int n = 1;
  for (std::string url = NewDatabase(); DiesAt(n, url); url = NewDatabase(), n += Stride()) {
    SCOPED_TRACE(absl::StrCat("killed before statement ", n));
    ExpectCanStart(url, expected);
    if (HasFailure() || n > kMostStatements) break;
  }
  EXPECT_GT(n, 10) << "no statement was counted";
  EXPECT_LE(n, kMostStatements);
}

TEST_P(MigrationKillTest, StartsThatDieOneStatementLaterEachTimeComeToTheEnd) {
  const std::string undisturbed = NewDatabase();
  ASSERT_TRUE(start().open(undisturbed).ok());
  const std::string url = NewDatabase();
  int n = 1;
  while (n <= kMostStatements && DiesAt(n, url)) ++n;
  EXPECT_LE(n, kMostStatements);
  ExpectCanStart(url, Dump(undisturbed));
}

INSTANTIATE_TEST_SUITE_P(
    Stores, MigrationKillTest,
    testing::Combine(testing::Values("sqlite", "postgresql"),
                     testing::Values(Start{"tickets", OpenTickets, Nothing},
                                     Start{"older_tickets", OpenTickets, OldTickets},
                                     Start{"directory", OpenDirectory, Nothing})),
    [](const auto& test) {
      return absl::StrCat(std::get<0>(test.param), "_", std::get<1>(test.param).name);
    });

}  // namespace
}  // namespace hotline
