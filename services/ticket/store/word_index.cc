#include "services/ticket/store/word_index.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/ticket/store/search_grams.h"

namespace hotline::ticket {
namespace {

std::string GramText(SqlEngine engine, const std::vector<int32_t>& grams) {
  return engine == SqlEngine::kPostgres ? absl::StrCat("{", absl::StrJoin(grams, ","), "}")
                                        : absl::StrJoin(grams, " ");
}

}  // namespace

long long WordIndex::FirstKey(long long us) {
  constexpr long long kLast = std::numeric_limits<long long>::max() / kKeysPerMicrosecond - 1;
  return std::clamp(us, 0LL, kLast) * kKeysPerMicrosecond;
}

std::string WordIndex::NextKey(long long us, SqlConditions& places) {
  const long long base = FirstKey(us);
  const std::string first = places.Place(base), from = places.Place(base);
  return absl::StrCat("(select coalesce(max(search_key) + 1, ", first,
                      ") from ticket where search_key >= ", from, " and search_key < ",
                      places.Place(base + kKeysPerMicrosecond), ")");
}

void WordIndex::Add(JoinedWrites& writes, long long key, const std::string& text) const {
  const std::string grams = GramText(engine_, SearchGrams(text));
  writes.Add([&](SqlConditions& places) {
    if (writes.joins()) {
      return absl::StrCat("insert into ticket_words (search_key, grams) select search_key, cast(",
                          places.Place(grams), " as int[]) from written");
    }
    const std::string place = places.Place(key);
    return absl::StrCat("insert into ticket_words (rowid, grams) values (", place, ", ",
                        places.Place(grams), ")");
  });
}

void WordIndex::Replace(JoinedWrites& writes, long long key, const std::string& before,
                        const std::string& after) const {
  if (before == after) return;
  if (engine_ == SqlEngine::kPostgres) {
    writes.Add([&](SqlConditions& places) {
      const std::string grams = places.Place(GramText(engine_, SearchGrams(after)));
      return absl::StrCat("update ticket_words set grams = cast(", grams,
                          " as int[]) where search_key = ", places.Place(key));
    });
    return;
  }
  writes.Add([&](SqlConditions& places) {
    // A table that keeps no text must be told what it had.
    const std::string place = places.Place(key);
    return absl::StrCat("insert into ticket_words (ticket_words, rowid, grams) values ('delete', ",
                        place, ", ", places.Place(GramText(engine_, SearchGrams(before))), ")");
  });
  Add(writes, key, after);
}

void WordIndex::AddLate(const std::string& ticket_no, long long create_us,
                        const std::string& text) {
  JoinedWrites writes(db_, engine_);
  const long long key = writes.AddTicket([&](SqlConditions& places) {
    const std::string next = NextKey(create_us, places);
    return absl::StrCat("update ticket set search_key = ", next,
                        " where ticket_no = ", places.Place(ticket_no), " returning search_key");
  });
  Add(writes, key, text);
  writes.Flush();
}

int WordIndex::CatchUp() {
  struct Pending {
    std::string ticket_no, text;
    long long create_us = 0;
  };

  std::vector<Pending> all;
  {
    Pending one;
    soci::statement statement(db_);
    statement.exchange(soci::into(one.ticket_no));
    statement.exchange(soci::into(one.text));
    statement.exchange(soci::into(one.create_us));
    statement.alloc();
    Prepare(statement,
            absl::StrCat("select ticket_no, search_text, create_us from ticket where search_key is "
                         "null order by create_us, ticket_no limit ",
                         kBatch));
    FetchAll(statement, [&] { all.push_back(one); });
  }
  for (const Pending& one : all) AddLate(one.ticket_no, one.create_us, one.text);
  return static_cast<int>(all.size());
}

bool WordIndex::Helps(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [](const std::string& word) { return !SearchGrams(word).empty(); });
}

std::string WordIndex::Tables() const {
  // CROSS tells SQLite to begin with the index.
  return engine_ == SqlEngine::kPostgres
             ? "ticket join ticket_words on ticket_words.search_key = ticket.search_key"
             : "ticket_words cross join ticket on ticket.search_key = ticket_words.rowid";
}

std::string WordIndex::Key() const {
  return engine_ == SqlEngine::kPostgres ? "ticket_words.search_key" : "ticket_words.rowid";
}

void WordIndex::AddTo(SqlConditions& where, const std::vector<std::string>& words) const {
  std::vector<int32_t> grams;
  for (const std::string& word : words) {
    for (const int32_t gram : SearchGrams(word)) grams.push_back(gram);
  }
  const std::string place = where.Place(GramText(engine_, grams));
  where.Add(engine_ == SqlEngine::kPostgres
                ? absl::StrCat("ticket_words.grams @> cast(", place, " as int[])")
                : absl::StrCat("ticket_words match ", place));
}

}  // namespace hotline::ticket
