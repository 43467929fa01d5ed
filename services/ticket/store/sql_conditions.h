// The conditions of a question as SQL with places, and the values for them.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <soci/soci.h>

namespace hotline::ticket {

class SqlConditions {
 public:
  /// One more that must hold.
  void Add(const std::string& sql) { sql_ += (sql_.empty() ? " where " : " and ") + sql; }

  /// Returns the place of `value`, to be used once and in the order of the calls.
  std::string Place(std::string value);
  std::string Place(long long value);

  /// Binds the values by position.
  void Bind(soci::statement& statement) const;

  /// " where … and …", or nothing.
  const std::string& sql() const { return sql_; }

 private:
  std::string sql_;
  std::vector<std::unique_ptr<std::string>> texts_;
  std::vector<std::unique_ptr<long long>> numbers_;
  std::vector<std::pair<const std::string*, const long long*>> order_;
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
