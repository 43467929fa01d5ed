#include "services/ticket/store/ticket_lists.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/ticket/store/sql_conditions.h"
#include "services/ticket/store/ticket_columns.h"
#include "services/ticket/store/word_index.h"

namespace hotline::ticket {
namespace {

/// Tickets that are quicker looked at one by one than found by their words.
constexpr int kFew = 3000;

/// A text that occurs, for LIKE with escape '!'.
std::string ContainsPattern(const std::string& word) {
  std::string pattern = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + '%';
}

/// Whose, and in which state.
void AddWho(const ListFilter& filter, SqlConditions& where) {
  if (!filter.states.empty()) {
    where.Add(absl::StrCat("state in (", absl::StrJoin(filter.states, ", "), ")"));
  }
  if (!filter.first_contact.empty()) {
    where.Add(absl::StrCat("first_contact = ", where.Place(filter.first_contact)));
  }
  if (!filter.lead.empty()) where.Add(absl::StrCat("lead = ", where.Place(filter.lead)));
  if (filter.due_before) {
    where.Add(absl::StrCat("due_us < ", where.Place(ToMicros(*filter.due_before))));
  }
  if (!filter.caller_key.empty()) {
    where.Add(absl::StrCat("caller_key = ", where.Place(filter.caller_key)));
    where.Add("caller_key <> ''");
  }
}

void AddTimes(const ListFilter& filter, const std::string& column, long long (*value)(absl::Time),
              SqlConditions& where) {
  if (filter.from) where.Add(absl::StrCat(column, " >= ", where.Place(value(*filter.from))));
  if (filter.until) where.Add(absl::StrCat(column, " < ", where.Place(value(*filter.until))));
}

void AddWords(const ListFilter& filter, SqlConditions& where) {
  for (const std::string& word : filter.words) {
    where.Add(absl::StrCat("search_text like ", where.Place(ContainsPattern(word)), " escape '!'"));
  }
}

long long FirstKeyAt(absl::Time time) {
  return WordIndex::FirstKey(ToMicros(time));
}

/// Whether so few tickets are in the given states, or of the given person or caller, that the index
/// of the words would be the longer way.
bool AreFew(soci::session& db, const ListFilter& filter) {
  SqlConditions where;
  AddWho(filter, where);
  if (where.sql().empty()) return false;
  long long count = 0;
  soci::statement statement(db);
  statement.exchange(soci::into(count));
  where.Bind(statement);
  statement.alloc();
  Prepare(statement, absl::StrCat("select count(*) from (select 1 from ticket", where.sql(),
                                  " limit ", kFew + 1, ") few"));
  FetchAll(statement, [] {});
  return count <= kFew;
}

}  // namespace

std::vector<TicketRow> ListTickets(SqlSession& db, SqlEngine engine, const ListFilter& filter) {
  const bool by_words = WordIndex::Helps(filter.words) && !AreFew(db, filter);
  const WordIndex index(db, engine);
  SqlConditions where;
  AddWho(filter, where);
  AddTimes(filter, "create_us", ToMicros, where);
  if (by_words) {
    index.AddTo(where, filter.words);
    AddTimes(filter, index.Key(), FirstKeyAt, where);
  }
  if (filter.older_than && by_words) {
    where.Add(absl::StrCat(index.Key(), " < (select search_key from ticket where ticket_no = ",
                           where.Place(filter.older_than->ticket_no), ")"));
  } else if (filter.older_than) {
    const std::string time = where.Place(ToMicros(filter.older_than->create_time));
    const std::string number = where.Place(filter.older_than->ticket_no);
    where.Add(absl::StrCat("(create_us, ticket_no) < (", time, ", ", number, ")"));
  }
  AddWords(filter, where);

  std::vector<TicketRow> rows;
  Flat flat;
  soci::statement statement(db);
  flat.IntoAll(statement);
  where.Bind(statement);
  statement.alloc();
  Prepare(statement,
          absl::StrCat(kTicketColumns, " from ", by_words ? index.Tables() : "ticket", where.sql(),
                       " order by ",
                       by_words ? index.Key() + " desc"
                       // Few are due or one lead's: found by that, not by looking through all.
                       : filter.due_before || !filter.lead.empty()
                           ? "create_us + 0 desc, ticket_no desc"
                           : "create_us desc, ticket_no desc",
                       " limit ", filter.limit));
  FetchAll(statement, [&] { rows.push_back(flat.ToRow()); });
  return rows;
}

}  // namespace hotline::ticket
