// The conditions of a question as SQL with places, and the values for them.
#pragma once

#include <string>
#include <vector>

#include <soci/soci.h>

#include "services/database/sql_session.h"

namespace hotline::ticket {

class SqlConditions {
 public:
  /// One more that must hold.
  void Add(const std::string& sql) { sql_ += (sql_.empty() ? " where " : " and ") + sql; }

  /// Returns the place of `value`, to be used once and in the order of the calls.
  std::string Place(std::string value);
  std::string Place(long long value);

  /// Binds the values by position; they must live, and no place be added, until it has run.
  void Bind(soci::statement& statement) const;

  /// " where … and …", or nothing.
  const std::string& sql() const { return sql_; }

  /// Of all places, in their order.
  const std::vector<SqlValue>& values() const { return values_; }

 private:
  std::string sql_;
  std::vector<SqlValue> values_;
};

/// For a statement that is run once: PostgreSQL needs one round trip for it and not three.
inline void Prepare(soci::statement& statement, const std::string& sql) {
  statement.prepare(sql, soci::details::st_one_time_query);
}

/// Fetches every row: a SELECT that is not read to its end keeps SQLite's log from being shortened.
template <class OnRow>
void FetchAll(soci::statement& statement, const OnRow& on_row) {
  statement.define_and_bind();
  statement.execute();
  while (statement.fetch()) on_row();
}

}  // namespace hotline::ticket
