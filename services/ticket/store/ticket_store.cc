#include "services/ticket/store/ticket_store.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <soci/soci.h>

#include "services/base/check.h"
#include "services/database/database.h"
#include "services/runtime/log.h"
#include "services/ticket/store/migrations.h"
#include "services/ticket/store/sql_conditions.h"
#include "services/ticket/store/ticket_columns.h"
#include "services/ticket/store/ticket_lists.h"
#include "services/ticket/store/word_index.h"

namespace hotline::ticket {
namespace {

using soci::into;
using soci::use;

class SqlTickets final : public TicketWriter {
 public:
  SqlTickets(soci::session& db, SqlEngine engine)
      : db_(db), engine_(engine), index_(db, engine), post_(db, engine) {}

  std::optional<TicketRow> Find(const std::string& ticket_no) override {
    return FindBy("ticket_no = :v", ticket_no);
  }

  std::optional<TicketRow> FindByCall(const std::string& call_id) override {
    return FindBy("call_id = :v", call_id);
  }

  std::optional<TicketRow> FindToChange(const std::string& ticket_no) override {
    // SQLite's transaction has the database to itself already.
    std::optional<TicketRow> row;
    Flat flat;
    long long key = 0;
    soci::indicator has_key = soci::i_null;
    soci::statement statement(db_);
    flat.IntoAll(statement);
    statement.exchange(into(key, has_key));
    statement.exchange(use(ticket_no));
    statement.alloc();
    Prepare(statement, absl::StrCat(kTicketColumns, ", search_key from ticket where ticket_no = :v",
                                    engine_ == SqlEngine::kPostgres ? " for update" : ""));
    FetchAll(statement, [&] { row = flat.ToRow(); });
    if (row) held_ = Held{flat, has_key == soci::i_ok ? std::optional(key) : std::nullopt};
    return row;
  }

  std::vector<EventRow> Events(const std::string& ticket_no) override {
    std::vector<EventRow> events;
    EventRow event;
    long long version = 0, time_us = 0;
    soci::statement statement(db_);
    statement.exchange(into(version));
    statement.exchange(into(time_us));
    statement.exchange(into(event.account));
    statement.exchange(into(event.kind));
    statement.exchange(into(event.body));
    statement.exchange(use(ticket_no));
    statement.alloc();
    Prepare(statement,
            "select version, time_us, account, kind, body from ticket_event where ticket_no = :n "
            "order by version");
    FetchAll(statement, [&] {
      event.version = version;
      event.time = FromMicros(time_us);
      events.push_back(event);
    });
    return events;
  }

  std::vector<TicketRow> List(const ListFilter& filter) override {
    return ListTickets(db_, engine_, filter);
  }

  CallerColumns Caller(const std::string& ticket_no) override {
    CallerColumns caller;
    long long state = 0;
    db_ << "select caller_state, caller_sealed, caller_key from ticket where ticket_no = :n",
        use(ticket_no), into(state), into(caller.sealed), into(caller.key);
    caller.state = static_cast<CallerColumns::State>(state);
    return caller;
  }

  std::optional<SavedReply> FindReply(const std::string& account,
                                      const std::string& request_id) override {
    SavedReply saved;
    db_ << "select hash, reply from request where account = :a and request_id = :r", use(account),
        use(request_id), into(saved.hash), into(saved.reply);
    if (!db_.got_data()) return std::nullopt;
    return saved;
  }

  std::vector<std::string> Due(absl::Time now, int limit) override {
    const long long now_us = ToMicros(now);
    SqlConditions where;
    where.Add(absl::StrCat("deadline_us <= ", where.Place(now_us)));
    return Texts(absl::StrCat("select ticket_no from ticket", where.sql(),
                              " order by deadline_us, ticket_no limit ", limit),
                 where);
  }

  absl::Time NextDeadline() override {
    long long us = kNever;
    db_ << absl::StrCat("select coalesce(min(deadline_us), ", kNever, ") from ticket"), into(us);
    return FromMicros(us);
  }

  std::vector<std::string> OpenCalls(int limit) override {
    return Texts(absl::StrCat("select call_id from ticket where call_open = 1 and call_id is not "
                              "null order by call_id limit ",
                              limit),
                 {});
  }

  std::vector<std::string> PendingCallers(int limit) override {
    return Texts(absl::StrCat("select call_id from ticket where caller_state = 0 and call_id is "
                              "not null order by create_us desc limit ",
                              limit),
                 {});
  }

  int64_t CountState(int state) override {
    long long count = 0;
    const long long wanted = state;
    db_ << "select count(*) from ticket where state = :s", use(wanted), into(count);
    return count;
  }

  int64_t CountOpenOf(const std::string& lead, int first_over_state) override {
    long long count = 0;
    db_ << "select count(*) from ticket where lead <> '' and lead = :l and state < :s", use(lead),
        use(first_over_state), into(count);
    return count;
  }

  std::vector<StateCount> CountStates(absl::Time now) override {
    const long long now_us = ToMicros(now);
    std::vector<StateCount> counts;
    long long state = 0, tickets = 0, overdue = 0;
    soci::statement statement(db_);
    statement.exchange(into(state));
    statement.exchange(into(tickets));
    statement.exchange(into(overdue));
    statement.exchange(use(now_us));
    statement.alloc();
    statement.prepare(
        "select state, count(*), cast(sum(case when due_us < :now then 1 else 0 end) as bigint) "
        "from ticket group by state order by state");
    FetchAll(statement, [&] { counts.push_back({static_cast<int>(state), tickets, overdue}); });
    return counts;
  }

  std::optional<std::string> FindExternal(const std::string& source,
                                          const std::string& number) override {
    std::string ticket_no;
    db_ << "select ticket_no from external_number where source = :s and number = :n", use(source),
        use(number), into(ticket_no);
    if (!db_.got_data()) return std::nullopt;
    return ticket_no;
  }

  std::map<std::string, int64_t> CountByLead(const std::vector<int>& states) override {
    std::map<std::string, int64_t> counts;
    std::string lead;
    long long count = 0;
    soci::statement statement(db_);
    statement.exchange(into(lead));
    statement.exchange(into(count));
    statement.alloc();
    statement.prepare(
        absl::StrCat("select lead, count(*) from ticket where lead <> '' and state in (",
                     absl::StrJoin(states, ","), ") group by lead"));
    FetchAll(statement, [&] { counts[lead] = count; });
    return counts;
  }

  int64_t NextSerial(const std::string& day) override {
    long long serial = 0;
    db_ << "insert into ticket_serial (day, last) values (:d, 1) "
           "on conflict (day) do update set last = ticket_serial.last + 1 returning last",
        use(day), into(serial);
    return serial;
  }

  void Insert(const TicketRow& row, const std::vector<EventRow>& events,
              const CallerColumns& caller) override {
    const Flat flat(row);
    const auto caller_state = static_cast<long long>(caller.state);
    const long long base = WordIndex::FirstKey(flat.create_us);
    const long long next = base + WordIndex::kKeysPerMicrosecond;
    long long key = 0;
    db_ << absl::StrCat(
        "insert into ticket (ticket_no, version, state, call_id, call_open, first_contact, "
        "category, create_us, update_us, deadline_us, caller_state, caller_sealed, caller_key, "
        "search_text, body, lead, due_us, search_key) values (:no, :version, :state, nullif(:call, "
        "''), "
        ":open, "
        ":first, :category, :created, :updated, :deadline, :cstate, :sealed, :key, :search, "
        ":body, :lead, :due, ",
        WordIndex::kNextKey, ") returning search_key"),
        use(flat.ticket_no), use(flat.version), use(flat.state), use(flat.call_id),
        use(flat.call_open), use(flat.first_contact), use(flat.category), use(flat.create_us),
        use(flat.update_us), use(flat.deadline_us), use(caller_state), use(caller.sealed),
        use(caller.key), use(flat.search_text), use(flat.body), use(flat.lead), use(flat.due_us),
        use(base), use(base), use(next), into(key);
    index_.Add(key, flat.search_text);
    InsertEvents(row.ticket_no, events);
  }

  void Update(const TicketRow& row, const std::vector<EventRow>& events) override {
    HOTLINE_CHECK(!events.empty(), "a ticket changes by events only");
    const Flat flat(row);
    const long long before = events.front().version - 1;
    if (!held_ || held_->row.ticket_no != flat.ticket_no) FindToChange(flat.ticket_no);
    if (!held_ || held_->row.ticket_no != flat.ticket_no) throw StartAgain();
    const Flat old = held_->row;
    const std::optional<long long> key = held_->key;
    // SQLite rewrites the index of every column that is set, changed or not.
    SqlConditions values;
    std::string sets;
    const auto set = [&](const char* column, auto value) {
      absl::StrAppend(&sets, sets.empty() ? "" : ", ", column, " = ", values.Place(value));
    };
    set("version", flat.version);
    set("update_us", flat.update_us);
    set("body", flat.body);
    if (flat.state != old.state) set("state", flat.state);
    if (flat.call_open != old.call_open) set("call_open", flat.call_open);
    if (flat.category != old.category) set("category", flat.category);
    if (flat.deadline_us != old.deadline_us) set("deadline_us", flat.deadline_us);
    if (flat.search_text != old.search_text) set("search_text", flat.search_text);
    if (flat.due_us != old.due_us) set("due_us", flat.due_us);
    if (flat.lead != old.lead) set("lead", flat.lead);
    if (flat.call_id != old.call_id) {
      absl::StrAppend(&sets, ", call_id = nullif(", values.Place(flat.call_id), ", '')");
    }
    values.Add("ticket_no = " + values.Place(flat.ticket_no));
    values.Add("version = " + values.Place(before));
    soci::statement statement(db_);
    values.Bind(statement);
    statement.alloc();
    Prepare(statement, absl::StrCat("update ticket set ", sets, values.sql()));
    statement.define_and_bind();
    statement.execute(true);
    if (statement.get_affected_rows() != 1) throw StartAgain();
    held_.reset();
    if (key) {
      index_.Replace(*key, old.search_text, flat.search_text);
    } else {  // opened by a program that did not know the index, while this one ran
      index_.AddLate(flat.ticket_no, flat.create_us, flat.search_text);
    }
    InsertEvents(row.ticket_no, events);
  }

  void SetCaller(const std::string& ticket_no, const CallerColumns& caller) override {
    const auto state = static_cast<long long>(caller.state);
    db_ << "update ticket set caller_state = :s, caller_sealed = :c, caller_key = :k where "
           "ticket_no = :n",
        use(state), use(caller.sealed), use(caller.key), use(ticket_no);
  }

  void ClaimExternal(const std::string& ticket_no, const std::string& source,
                     const std::string& number) override {
    db_ << "delete from external_number where ticket_no = :t", use(ticket_no);
    if (number.empty()) return;
    db_ << "insert into external_number (source, number, ticket_no) values (:s, :n, :t)",
        use(source), use(number), use(ticket_no);
  }

  void SetDeadline(const std::string& ticket_no, absl::Time deadline) override {
    const long long us = ToMicros(deadline);
    held_.reset();
    db_ << "update ticket set deadline_us = :d where ticket_no = :n", use(us), use(ticket_no);
  }

  void SetDue(const std::string& ticket_no, absl::Time due) override {
    const long long us = ToMicros(due);
    db_ << "update ticket set due_us = :d where ticket_no = :n", use(us), use(ticket_no);
  }

  void SaveReply(const std::string& account, const std::string& request_id, const SavedReply& reply,
                 absl::Time now) override {
    const long long us = ToMicros(now);
    db_ << "insert into request (account, request_id, hash, reply, time_us) "
           "values (:a, :r, :h, :reply, :t)",
        use(account), use(request_id), use(reply.hash), use(reply.reply), use(us);
  }

  void ForgetReplies(absl::Time before) override {
    const long long us = ToMicros(before);
    db_ << "delete from request where time_us < :t", use(us);
  }

  const Post& post() const override { return post_; }

  Post& post() override { return post_; }

 private:
  /// A ticket that nobody else can change while this work lasts.
  struct Held {
    Flat row;
    std::optional<long long> key;  ///< of its words
  };

  std::optional<TicketRow> FindBy(const std::string& condition, const std::string& value) {
    std::optional<TicketRow> row;
    Flat flat;
    soci::statement statement(db_);
    flat.IntoAll(statement);
    statement.exchange(use(value));
    statement.alloc();
    Prepare(statement, absl::StrCat(kTicketColumns, " from ticket where ", condition));
    FetchAll(statement, [&] { row = flat.ToRow(); });
    return row;
  }

  std::vector<std::string> Texts(const std::string& sql, const SqlConditions& where) {
    std::vector<std::string> texts;
    std::string text;
    soci::statement statement(db_);
    statement.exchange(into(text));
    where.Bind(statement);
    statement.alloc();
    Prepare(statement, sql);
    FetchAll(statement, [&] { texts.push_back(text); });
    return texts;
  }

  void InsertEvents(const std::string& ticket_no, const std::vector<EventRow>& events) {
    for (const EventRow& event : events) {
      const long long version = event.version, us = ToMicros(event.time);
      db_ << "insert into ticket_event (ticket_no, version, time_us, account, kind, body) "
             "values (:n, :v, :t, :a, :k, :b)",
          use(ticket_no), use(version), use(us), use(event.account), use(event.kind),
          use(event.body);
    }
  }

  soci::session& db_;
  const SqlEngine engine_;
  WordIndex index_;
  std::optional<Held> held_;  ///< the one asked for last, until it is written
  Post post_;
};

class SqlTicketStore final : public TicketStore {
 public:
  explicit SqlTicketStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::Status Write(const std::function<absl::Status(TicketWriter&)>& work) override {
    return database_->Write([&](soci::session& session) {
      SqlTickets tickets(session, database_->engine());
      return work(tickets);
    });
  }

  absl::Status Read(const std::function<absl::Status(TicketReader&)>& work) override {
    return database_->Read([&](soci::session& session) {
      SqlTickets tickets(session, database_->engine());
      return work(tickets);
    });
  }

 private:
  const std::unique_ptr<Database> database_;
};

/// Indexes the words of tickets from before the index, and says how far it is.
absl::Status CatchUpWords(Database& database) {
  constexpr int64_t kTellEvery = 50'000;  // tickets
  int64_t done = 0;
  int batch = WordIndex::kBatch;
  while (batch == WordIndex::kBatch) {
    const auto status = database.Write([&](soci::session& session) {
      batch = WordIndex(session, database.engine()).CatchUp();
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    done += batch;
    const bool last = batch < WordIndex::kBatch;
    if (last ? done > 0 : done % kTellEvery == 0) {
      LogInfo("words of older tickets indexed", {{"tickets", done}, {"complete", last}});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<TicketStore>> TicketStore::Open(const StoreOptions& options) {
  auto database = Database::Open(options.url, options.sessions, "the ticket database");
  if (!database.ok()) return database.status();
  if (auto status = (*database)->Migrate(TicketMigrations()); !status.ok()) return status;
  if (auto status = CatchUpWords(**database); !status.ok()) return status;
  return std::make_unique<SqlTicketStore>(*std::move(database));
}

}  // namespace hotline::ticket
