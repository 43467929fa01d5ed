#include "gtest/gtest.h"

#include "services/ticket/store/migrations.h"

namespace hotline::ticket {
namespace {

TEST(MigrationListTest, VersionsCountUpAndStatementsAreSingle) {
  int version = 0;
  for (const Migration& migration : TicketMigrations()) {
    EXPECT_EQ(migration.version, ++version);
    for (const std::string& statement : migration.statements) {
      EXPECT_EQ(statement.find(';'), std::string::npos) << statement;
    }
  }
}

}  // namespace
}  // namespace hotline::ticket
