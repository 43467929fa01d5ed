// The writes of one save, which PostgreSQL gets as one statement: one way there and back instead of
// one for each row. SQLite has no such way; there each is run as it comes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "services/database/database.h"
#include "services/database/sql_session.h"
#include "services/ticket/store/sql_conditions.h"

namespace hotline::ticket {

class JoinedWrites {
 public:
  /// Returns a write's SQL, with its values placed.
  using Write = std::function<std::string(SqlConditions& places)>;

  JoinedWrites(SqlSession& db, SqlEngine engine) : db_(db), engine_(engine) {}

  /// The write of the ticket itself: it must hit one row, or the work starts again. It may end with
  /// "returning search_key"; on SQLite that is what is returned here, on PostgreSQL 0, and what
  /// joins it asks `written`. Requires: nothing waits.
  long long AddTicket(const Write& write);
  void Add(const Write& write);
  /// Runs what waits. Whoever asks the database anything does this first.
  void Flush();

  bool joins() const { return engine_ == SqlEngine::kPostgres; }

 private:
  SqlSession& db_;
  const SqlEngine engine_;
  std::vector<std::string> parts_;  ///< "written as (…)" first, if there is a ticket
  SqlConditions places_;            ///< of parts_
  bool with_ticket_ = false;
};

}  // namespace hotline::ticket
