#include "services/ticket/store/joined_writes.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "services/base/check.h"

namespace hotline::ticket {
namespace {

struct OneNumber {
  void IntoAll(soci::statement& statement) { statement.exchange(soci::into(number)); }

  long long number = 0;
};

}  // namespace

long long JoinedWrites::AddTicket(const Write& write) {
  HOTLINE_CHECK(parts_.empty(), "a ticket's write is the first");
  if (joins()) {
    parts_.push_back(absl::StrCat("written as (", write(places_), ")"));
    with_ticket_ = true;
    return 0;
  }
  SqlConditions places;
  const std::string sql = write(places);
  int rows = 0;
  long long key = 0;
  db_.Ask<OneNumber>(sql, places.values(), [&](const OneNumber& row) {
    key = row.number;
    ++rows;
  });
  if (rows != 1) throw StartAgain();
  return key;
}

void JoinedWrites::Add(const Write& write) {
  if (joins()) {
    const std::string sql = write(places_);
    parts_.push_back(absl::StrCat("w", parts_.size(), " as (", sql, ")"));
    return;
  }
  SqlConditions places;
  const std::string sql = write(places);
  db_.Run(sql, places.values());
}

void JoinedWrites::Flush() {
  if (parts_.empty()) return;
  const auto parts = std::exchange(parts_, {});
  const SqlConditions places = std::exchange(places_, {});
  const bool with_ticket = std::exchange(with_ticket_, false);
  long long rows = 0;
  db_.Ask<OneNumber>(absl::StrCat("with ", absl::StrJoin(parts, ", "), " select ",
                                  with_ticket ? "count(*) from written" : "1"),
                     places.values(), [&](const OneNumber& row) { rows = row.number; });
  if (rows != 1) throw StartAgain();
}

}  // namespace hotline::ticket
