// The index of words beside the tickets: SQLite's FTS5 or PostgreSQL's GIN, filled with the grams
// of each ticket's search_text (search_grams.h).
//
// A ticket has a search_key: its time of creation in microseconds times 1,024, and which of that
// microsecond it is. The index is read in its order, newest first, so that a page of a word that
// half of all tickets have is as quick as one of a rare word. Tickets from before the index have
// none until CatchUp.
#pragma once

#include <string>
#include <vector>

#include <soci/soci.h>

#include "services/database/database.h"
#include "services/ticket/store/joined_writes.h"
#include "services/ticket/store/sql_conditions.h"
#include "services/ticket/store/ticket_rows.h"

namespace hotline::ticket {

class WordIndex {
 public:
  /// How many tickets of one microsecond have a key of their own.
  static constexpr long long kKeysPerMicrosecond = 1024;
  /// Tickets that CatchUp indexes in one transaction.
  static constexpr int kBatch = 500;

  /// Returns the first key of microsecond `us`, of those that there are.
  static long long FirstKey(long long us);

  WordIndex(SqlSession& db, SqlEngine engine) : db_(db), engine_(engine) {}

  /// SQL for the next free key of the microsecond `us`.
  static std::string NextKey(long long us, SqlConditions& places);

  /// Indexes the ticket that is inserted by the same writes. `key`: its key; writes that are
  /// joined know it themselves.
  void Add(JoinedWrites& writes, long long key, const std::string& text) const;
  void Replace(JoinedWrites& writes, long long key, const std::string& before,
               const std::string& after) const;
  /// Indexes a ticket that has no key yet.
  void AddLate(const std::string& ticket_no, long long create_us, const std::string& text);
  /// Indexes tickets that are not in yet, at most kBatch. Returns how many.
  int CatchUp();

  /// Whether `words` have grams at all; one ASCII character has none.
  static bool Helps(const std::vector<std::string>& words);
  /// Tickets beside the index, to select from.
  std::string Tables() const;
  /// The index' column with the key: what to order by.
  std::string Key() const;
  /// Adds that a ticket has all grams of `words`.
  void AddTo(SqlConditions& where, const std::vector<std::string>& words) const;

 private:
  SqlSession& db_;
  const SqlEngine engine_;
};

}  // namespace hotline::ticket
