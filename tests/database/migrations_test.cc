// Steps of the tables: all of one or nothing, each once.
#include "gtest/gtest.h"

#include "services/database/database.h"
#include "tests/database/postgres_server.h"
#include "tests/runtime/temp_dir.h"

namespace hotline {
namespace {

class MigrationsTest : public testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Database> Open() {
    if (url_.empty()) {
      url_ =
          GetParam() == "sqlite" ? "sqlite:" + dir_.File("t.db") : SharedPostgres().NewDatabase();
    }
    return *Database::Open(url_, 2, "the test database");
  }

  static int Count(Database& database, const std::string& table) {
    int count = -1;
    (void)database.Read([&](soci::session& db) {
      db << "select count(*) from " + table, soci::into(count);
      return absl::OkStatus();
    });
    return count;
  }

  TempDir dir_;
  std::string url_;
};

TEST_P(MigrationsTest, AStepThatFailsHalfWayLeavesNothing) {
  const auto database = Open();
  const Migration good{1, "good", {"create table a (x bigint)", "insert into a values (1)"}};
  const Migration bad{2, "bad", {"create table b (x bigint)", "insert into nowhere values (1)"}};
  EXPECT_FALSE(database->Migrate({good, bad}).ok());
  EXPECT_EQ(Count(*database, "a"), 1);
  EXPECT_EQ(Count(*database, "b"), -1);
  EXPECT_EQ(Count(*database, "schema_migration"), 1);
  const Migration mended{2, "mended", {"create table b (x bigint)"}};
  EXPECT_TRUE(database->Migrate({good, mended}).ok());
  EXPECT_EQ(Count(*database, "a"), 1) << "the first step ran again";
  EXPECT_EQ(Count(*database, "b"), 0);
}

TEST_P(MigrationsTest, TablesOfALaterProgramAreLeftAlone) {
  const auto database = Open();
  const Migration first{1, "first", {}}, second{2, "second", {}};
  ASSERT_TRUE(database->Migrate({first, second}).ok());
  EXPECT_EQ(database->Migrate({first}).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_P(MigrationsTest, AnotherServicesTablesAreLeftAlone) {
  const auto database = Open();
  ASSERT_TRUE(database->Migrate({{1, "tickets", {}}}).ok());
  const auto status = database->Migrate({{1, "directory", {"create table d (x bigint)"}}});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(std::string(status.message()).find("a database of its own"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Engines, MigrationsTest, testing::Values("sqlite", "postgresql"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hotline
