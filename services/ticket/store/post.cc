#include "services/ticket/store/post.h"

#include "absl/strings/str_cat.h"
#include <soci/soci.h>

#include "services/database/database.h"
#include "services/ticket/store/sql_conditions.h"
#include "services/ticket/store/ticket_columns.h"

namespace hotline::ticket {
namespace {

constexpr size_t kMaxProblem = 500;  ///< bytes

std::vector<Notice> SelectNotices(soci::session& db, const SqlConditions& where,
                                  const std::string& order, int limit) {
  std::vector<Notice> notices;
  Notice one;
  long long version = 0, create_us = 0, next_us = 0;
  soci::statement statement(db);
  statement.exchange(soci::into(one.destination));
  statement.exchange(soci::into(one.ticket_no));
  statement.exchange(soci::into(version));
  statement.exchange(soci::into(one.body));
  statement.exchange(soci::into(create_us));
  statement.exchange(soci::into(one.tries));
  statement.exchange(soci::into(next_us));
  statement.exchange(soci::into(one.problem));
  where.Bind(statement);
  statement.alloc();
  Prepare(statement,
          absl::StrCat("select destination, ticket_no, version, body, create_us, tries, next_us, "
                       "problem from outbox",
                       where.sql(), " order by ", order, " limit ", limit));
  FetchAll(statement, [&] {
    one.version = version;
    one.create_time = FromMicros(create_us);
    one.next_try = FromMicros(next_us);
    notices.push_back(one);
  });
  return notices;
}

}  // namespace

std::vector<Notice> Post::Due(const std::string& destination, absl::Time now, int limit) const {
  const long long now_us = ToMicros(now);
  SqlConditions where;
  where.Add("destination = " + where.Place(destination));
  where.Add("next_us <= " + where.Place(now_us));
  return SelectNotices(db_, where, "next_us, ticket_no", limit);
}

absl::Time Post::NextTry(const std::string& destination) const {
  long long us = kNever;
  db_ << absl::StrCat("select coalesce(min(next_us), ", kNever,
                      ") from outbox where destination = :d"),
      soci::use(destination), soci::into(us);
  return FromMicros(us);
}

std::vector<Notice> Post::Waiting(int limit) const {
  return SelectNotices(db_, {}, "create_us, ticket_no, version", limit);
}

NoticeCounts Post::Count(const std::string& destination, absl::Time overdue_before) const {
  const long long before_us = ToMicros(overdue_before);
  long long waiting = 0, overdue = 0, oldest = kNever;
  db_ << absl::StrCat(
      "select count(*), coalesce(sum(case when create_us <= :b then 1 else 0 end), "
      "0), coalesce(min(create_us), ",
      kNever, ") from outbox where destination = :d"),
      soci::use(before_us), soci::use(destination), soci::into(waiting), soci::into(overdue),
      soci::into(oldest);
  return {waiting, overdue, FromMicros(oldest)};
}

void Post::Add(const Notice& notice) {
  const long long version = notice.version, us = ToMicros(notice.create_time);
  db_ << absl::StrCat(
      "insert into outbox (destination, ticket_no, version, body, create_us, next_us, tries, "
      "problem) select cast(:d as text), cast(:n as text), cast(:v as bigint), cast(:b as text), "
      "cast(:c as bigint), case when "
      "exists (select 1 from outbox where destination = :d2 and ticket_no = :n2) then ",
      kNever, " else :c2 end, 0, ''"),
      soci::use(notice.destination), soci::use(notice.ticket_no), soci::use(version),
      soci::use(notice.body), soci::use(us), soci::use(notice.destination),
      soci::use(notice.ticket_no), soci::use(us);
}

void Post::Delivered(const Notice& notice, absl::Time now) {
  const long long version = notice.version, now_us = ToMicros(now);
  if (engine_ == SqlEngine::kPostgres) {
    // Whoever adds one meanwhile has the ticket: he is waited for, so that his is seen here.
    int locked = 0;
    db_ << "select 1 from ticket where ticket_no = :n for update", soci::use(notice.ticket_no),
        soci::into(locked);
  }
  db_ << "delete from outbox where destination = :d and ticket_no = :n and version = :v",
      soci::use(notice.destination), soci::use(notice.ticket_no), soci::use(version);
  db_ << absl::StrCat(
      "update outbox set next_us = :t where destination = :d and ticket_no = :n and "
      "next_us = ",
      kNever,
      " and version = (select min(version) from outbox where destination = :d2 and "
      "ticket_no = :n2)"),
      soci::use(now_us), soci::use(notice.destination), soci::use(notice.ticket_no),
      soci::use(notice.destination), soci::use(notice.ticket_no);
}

void Post::Failed(const Notice& notice, absl::Time next_try, const std::string& problem) {
  const long long version = notice.version, next_us = ToMicros(next_try);
  std::string told = problem.substr(0, kMaxProblem);
  while (!told.empty() && told.size() == kMaxProblem && (told.back() & 0x80) != 0) told.pop_back();
  db_ << "update outbox set tries = tries + 1, next_us = :t, problem = :p where destination = :d "
         "and ticket_no = :n and version = :v",
      soci::use(next_us), soci::use(told), soci::use(notice.destination),
      soci::use(notice.ticket_no), soci::use(version);
}

std::optional<std::string> Post::FindReply(const std::string& source, const std::string& message_id,
                                           const std::string& hash) const {
  std::string reply;
  db_ << "select reply from inbox where source = :s and message_id = :m and hash = :h",
      soci::use(source), soci::use(message_id), soci::use(hash), soci::into(reply);
  if (!db_.got_data()) return std::nullopt;
  return reply;
}

bool Post::HasCome(const std::string& source, const std::string& message_id) const {
  long long count = 0;
  db_ << "select count(*) from inbox where source = :s and message_id = :m", soci::use(source),
      soci::use(message_id), soci::into(count);
  return count > 0;
}

void Post::SaveReply(const std::string& source, const std::string& message_id,
                     const std::string& hash, const std::string& reply, absl::Time now) {
  const long long us = ToMicros(now);
  db_ << "insert into inbox (source, message_id, hash, reply, time_us) values (:s, :m, :h, :r, :t)",
      soci::use(source), soci::use(message_id), soci::use(hash), soci::use(reply), soci::use(us);
}

void Post::ForgetReplies(absl::Time before) {
  const long long us = ToMicros(before);
  db_ << "delete from inbox where time_us < :t", soci::use(us);
}

}  // namespace hotline::ticket
