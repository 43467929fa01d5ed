// A session that keeps its statements: each is compiled once and run again with other values.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <soci/soci.h>

namespace hotline {

using SqlValue = std::variant<long long, std::string>;

class SqlSession : public soci::session {
 public:
  /// Statements that are kept; before one more, all of them are dropped.
  static constexpr size_t kMostKept = 100;

  using soci::session::session;

  /// Runs `sql`, whose places (:a, :b …, each named once) get `values` in their order. Returns how
  /// many rows it changed.
  long long Run(const std::string& sql, const std::vector<SqlValue>& values);

  /// Runs a question and calls `on_row(const Row&)` for each row. `Row::IntoAll(soci::statement&)`
  /// binds its members to the columns; one `sql` has one Row. Requires: `on_row` asks nothing.
  template <class Row, class OnRow>
  void Ask(const std::string& sql, const std::vector<SqlValue>& values, const OnRow& on_row) {
    // One that fails half way is not kept.
    std::unique_ptr<Kept> kept = Take(sql);
    if (!kept) {
      kept = std::make_unique<Kept>(*this);
      const auto row = std::make_shared<Row>();
      row->IntoAll(kept->statement);
      kept->row = row;
      Compile(*kept, sql, values);
    }
    Fill(*kept, values);
    kept->statement.execute();
    // To its end: a SELECT that is not keeps SQLite's log from being shortened.
    while (kept->statement.fetch()) on_row(*static_cast<const Row*>(kept->row.get()));
    kept_[sql] = std::move(kept);
  }

 private:
  struct Kept {
    explicit Kept(soci::session& session) : statement(session) {}

    std::deque<SqlValue> values;  ///< bound
    std::shared_ptr<void> row;    ///< bound
    soci::statement statement;    // last, so that it goes first
  };

  /// Returns the kept statement, or null if there is none.
  std::unique_ptr<Kept> Take(const std::string& sql);
  static void Compile(Kept& kept, const std::string& sql, const std::vector<SqlValue>& values);
  static void Fill(Kept& kept, const std::vector<SqlValue>& values);

  std::unordered_map<std::string, std::unique_ptr<Kept>> kept_;  ///< by their SQL; null: failed
};

}  // namespace hotline
