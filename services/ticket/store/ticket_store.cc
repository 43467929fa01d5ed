#include "services/ticket/store/ticket_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <soci/soci.h>

#include "services/base/check.h"
#include "services/database/database.h"
#include "services/runtime/log.h"
#include "services/ticket/store/joined_writes.h"
#include "services/ticket/store/migrations.h"
#include "services/ticket/store/sql_conditions.h"
#include "services/ticket/store/ticket_columns.h"
#include "services/ticket/store/ticket_lists.h"
#include "services/ticket/store/word_index.h"

namespace hotline::ticket {
namespace {

using soci::into;
using soci::use;

/// Events of one statement.
constexpr long kEventsOfAStatement = 8;

// ---- rows that questions bring, for SqlSession::Ask ----

struct Number {
  void IntoAll(soci::statement& statement) { statement.exchange(into(number)); }

  long long number = 0;
};

struct Found {
  void IntoAll(soci::statement& statement) {
    flat.IntoAll(statement);
    statement.exchange(into(key));
  }

  Flat flat;
  long long key = 0;  ///< of its words; -1: none
};

struct FoundReply {
  void IntoAll(soci::statement& statement) {
    statement.exchange(into(reply.hash));
    statement.exchange(into(reply.reply));
  }

  SavedReply reply;
};

struct PerState {
  void IntoAll(soci::statement& statement) {
    statement.exchange(into(state));
    statement.exchange(into(tickets));
  }

  long long state = 0, tickets = 0;
};

class SqlTickets final : public TicketWriter {
 public:
  SqlTickets(SqlSession& db, SqlEngine engine)
      : db_(db), engine_(engine), index_(db, engine), writes_(db, engine), post_(db, engine) {}

  /// Runs what the work has written and nobody has asked for yet; before the commit.
  void Flush() { writes_.Flush(); }

  std::optional<TicketRow> Find(const std::string& ticket_no) override {
    return FindBy("ticket_no = :v", ticket_no);
  }

  std::optional<TicketRow> FindByCall(const std::string& call_id) override {
    return FindBy("call_id = :v", call_id);
  }

  std::optional<TicketRow> FindToChange(const std::string& ticket_no) override {
    // SQLite's transaction has the database to itself already.
    std::optional<TicketRow> row;
    db().Ask<Found>(
        absl::StrCat(kTicketColumns, ", coalesce(search_key, -1) from ticket where ticket_no = :v",
                     engine_ == SqlEngine::kPostgres ? " for update" : ""),
        {ticket_no}, [&](const Found& found) {
          row = found.flat.ToRow();
          held_ = Held{found.flat, found.key < 0 ? std::nullopt : std::optional(found.key)};
        });
    return row;
  }

  std::vector<EventRow> Events(const std::string& ticket_no) override {
    std::vector<EventRow> events;
    EventRow event;
    long long version = 0, time_us = 0;
    soci::statement statement(db());
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
    return ListTickets(db(), engine_, filter);
  }

  CallerColumns Caller(const std::string& ticket_no) override {
    CallerColumns caller;
    long long state = 0;
    db() << "select caller_state, caller_sealed, caller_key from ticket where ticket_no = :n",
        use(ticket_no), into(state), into(caller.sealed), into(caller.key);
    caller.state = static_cast<CallerColumns::State>(state);
    return caller;
  }

  std::optional<SavedReply> FindReply(const std::string& account,
                                      const std::string& request_id) override {
    std::optional<SavedReply> saved;
    db().Ask<FoundReply>("select hash, reply from request where account = :a and request_id = :r",
                         {account, request_id},
                         [&](const FoundReply& found) { saved = found.reply; });
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
    db() << absl::StrCat("select coalesce(min(deadline_us), ", kNever, ") from ticket"), into(us);
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
    db().Ask<Number>(
        "select cast(coalesce(sum(tickets), 0) as bigint) from ticket_count where state = :s",
        {static_cast<long long>(state)}, [&](const Number& found) { count = found.number; });
    return count;
  }

  int64_t CountOpenOf(const std::string& lead, int first_over_state) override {
    long long count = 0;
    db().Ask<Number>("select count(*) from ticket where lead <> '' and lead = :l and state < :s",
                     {lead, static_cast<long long>(first_over_state)},
                     [&](const Number& found) { count = found.number; });
    return count;
  }

  std::vector<StateCount> CountStates(absl::Time now) override {
    std::vector<StateCount> counts;
    db().Ask<PerState>(
        "select state, cast(sum(tickets) as bigint) from ticket_count group by state "
        "having sum(tickets) > 0 order by state",
        {}, [&](const PerState& found) {
          counts.push_back({static_cast<int>(found.state), found.tickets, 0});
        });
    db().Ask<PerState>(
        absl::StrCat("select state, count(*) from ticket where due_us < :now and due_us < ", kNever,
                     " group by state"),
        {ToMicros(now)}, [&](const PerState& found) {
          for (StateCount& count : counts) {
            if (count.state == found.state) count.overdue = found.tickets;
          }
        });
    return counts;
  }

  std::optional<std::string> FindExternal(const std::string& source,
                                          const std::string& number) override {
    std::string ticket_no;
    db() << "select ticket_no from external_number where source = :s and number = :n", use(source),
        use(number), into(ticket_no);
    if (!db().got_data()) return std::nullopt;
    return ticket_no;
  }

  int64_t NextSerial(const std::string& day) override {
    long long serial = 0;
    db().Ask<Number>(
        "insert into ticket_serial (day, last) values (:d, 1) "
        "on conflict (day) do update set last = ticket_serial.last + 1 returning last",
        {day}, [&](const Number& found) { serial = found.number; });
    return serial;
  }

  void Insert(const TicketRow& row, const std::vector<EventRow>& events,
              const CallerColumns& caller) override {
    const Flat flat(row);
    Flush();
    const long long key = writes_.AddTicket([&](SqlConditions& places) {
      std::string columns, values;
      const auto set = [&](const char* column, auto value) {
        absl::StrAppend(&columns, columns.empty() ? "" : ", ", column);
        absl::StrAppend(&values, values.empty() ? "" : ", ", places.Place(value));
      };
      set("ticket_no", flat.ticket_no);
      set("version", flat.version);
      set("state", flat.state);
      set("call_open", flat.call_open);
      set("first_contact", flat.first_contact);
      set("category", flat.category);
      set("create_us", flat.create_us);
      set("update_us", flat.update_us);
      set("deadline_us", flat.deadline_us);
      set("caller_state", static_cast<long long>(caller.state));
      set("caller_sealed", caller.sealed);
      set("caller_key", caller.key);
      set("search_text", flat.search_text);
      set("body", flat.body);
      set("lead", flat.lead);
      set("due_us", flat.due_us);
      absl::StrAppend(&values, ", nullif(", places.Place(flat.call_id), ", ''), ");
      absl::StrAppend(&values, WordIndex::NextKey(flat.create_us, places));
      return absl::StrCat("insert into ticket (", columns, ", call_id, search_key) values (",
                          values, ") returning search_key");
    });
    index_.Add(writes_, key, flat.search_text);
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
    Flush();
    writes_.AddTicket([&](SqlConditions& places) {
      // SQLite rewrites the index of every column that is set, changed or not.
      std::string sets;
      const auto set = [&](const char* column, auto value) {
        absl::StrAppend(&sets, sets.empty() ? "" : ", ", column, " = ", places.Place(value));
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
        absl::StrAppend(&sets, ", call_id = nullif(", places.Place(flat.call_id), ", '')");
      }
      places.Add("ticket_no = " + places.Place(flat.ticket_no));
      places.Add("version = " + places.Place(before));
      return absl::StrCat("update ticket set ", sets, places.sql(), " returning version");
    });
    held_.reset();
    if (key) {
      index_.Replace(writes_, *key, old.search_text, flat.search_text);
    } else {  // opened by a program that did not know the index, while this one ran
      Flush();
      index_.AddLate(flat.ticket_no, flat.create_us, flat.search_text);
    }
    InsertEvents(row.ticket_no, events);
  }

  void SetCaller(const std::string& ticket_no, const CallerColumns& caller) override {
    const auto state = static_cast<long long>(caller.state);
    db() << "update ticket set caller_state = :s, caller_sealed = :c, caller_key = :k where "
            "ticket_no = :n",
        use(state), use(caller.sealed), use(caller.key), use(ticket_no);
  }

  void ClaimExternal(const std::string& ticket_no, const std::string& source,
                     const std::string& number) override {
    db() << "delete from external_number where ticket_no = :t", use(ticket_no);
    if (number.empty()) return;
    db() << "insert into external_number (source, number, ticket_no) values (:s, :n, :t)",
        use(source), use(number), use(ticket_no);
  }

  void SetDeadline(const std::string& ticket_no, absl::Time deadline) override {
    const long long us = ToMicros(deadline);
    held_.reset();
    db() << "update ticket set deadline_us = :d where ticket_no = :n", use(us), use(ticket_no);
  }

  void SetDue(const std::string& ticket_no, absl::Time due) override {
    const long long us = ToMicros(due);
    db() << "update ticket set due_us = :d where ticket_no = :n", use(us), use(ticket_no);
  }

  void SaveReply(const std::string& account, const std::string& request_id, const SavedReply& reply,
                 absl::Time now) override {
    writes_.Add([&](SqlConditions& places) {
      std::vector<std::string> values;
      for (const std::string& text : {account, request_id, reply.hash, reply.reply}) {
        values.push_back(places.Place(text));
      }
      values.push_back(places.Place(ToMicros(now)));
      return absl::StrCat(
          "insert into request (account, request_id, hash, reply, time_us) values (",
          absl::StrJoin(values, ", "), ")");
    });
  }

  void ForgetReplies(absl::Time before) override {
    const long long us = ToMicros(before);
    db() << "delete from request where time_us < :t", use(us);
  }

  const Post& post() const override { return post_; }

  Post& post() override {
    Flush();
    return post_;
  }

 private:
  /// A ticket that nobody else can change while this work lasts.
  struct Held {
    Flat row;
    std::optional<long long> key;  ///< of its words
  };

  std::optional<TicketRow> FindBy(const std::string& condition, const std::string& value) {
    std::optional<TicketRow> row;
    db().Ask<Flat>(absl::StrCat(kTicketColumns, " from ticket where ", condition), {value},
                   [&](const Flat& found) { row = found.ToRow(); });
    return row;
  }

  std::vector<std::string> Texts(const std::string& sql, const SqlConditions& where) {
    std::vector<std::string> texts;
    std::string text;
    soci::statement statement(db());
    statement.exchange(into(text));
    where.Bind(statement);
    statement.alloc();
    Prepare(statement, sql);
    FetchAll(statement, [&] { texts.push_back(text); });
    return texts;
  }

  void InsertEvents(const std::string& ticket_no, const std::vector<EventRow>& events) {
    for (auto from = events.begin(); from != events.end();) {
      const auto until = from + std::min<long>(kEventsOfAStatement, events.end() - from);
      writes_.Add([&](SqlConditions& places) {
        std::vector<std::string> rows;
        for (auto event = from; event != until; ++event) {
          const auto text = [&](const std::string& value) {
            return absl::StrCat("cast(", places.Place(value), " as text), ");
          };
          const auto number = [&](long long value, const char* end) {
            return absl::StrCat("cast(", places.Place(value), " as bigint)", end);
          };
          std::string row = absl::StrCat("(", text(ticket_no));
          row += number(event->version, ", ");
          row += text(event->account);
          row += text(event->kind);
          row += text(event->body);
          rows.push_back(row + number(ToMicros(event->time), ")"));
        }
        return absl::StrCat(
            "insert into ticket_event (ticket_no, version, account, kind, body, "
            "time_us) values ",
            absl::StrJoin(rows, ", "));
      });
      from = until;
    }
  }

  /// The session, to ask or change at once.
  SqlSession& db() {
    Flush();
    return db_;
  }

  SqlSession& db_;
  const SqlEngine engine_;
  WordIndex index_;
  JoinedWrites writes_;
  std::optional<Held> held_;  ///< the one asked for last, until it is written
  Post post_;
};

class SqlTicketStore final : public TicketStore {
 public:
  explicit SqlTicketStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}

  absl::Status Write(const std::function<absl::Status(TicketWriter&)>& work) override {
    return database_->Write([&](SqlSession& session) {
      SqlTickets tickets(session, database_->engine());
      absl::Status status = work(tickets);
      if (status.ok()) tickets.Flush();
      return status;
    });
  }

  absl::Status Read(const std::function<absl::Status(TicketReader&)>& work) override {
    return database_->Read([&](SqlSession& session) {
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
    const auto status = database.Write([&](SqlSession& session) {
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
