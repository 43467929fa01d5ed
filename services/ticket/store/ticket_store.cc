#include "services/ticket/store/ticket_store.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include <soci/soci.h>

#include "services/base/check.h"
#include "services/runtime/log.h"
#include "services/ticket/store/database.h"
#include "services/ticket/store/migrations.h"
#include "services/ticket/store/sql_conditions.h"
#include "services/ticket/store/word_index.h"

namespace hotline::ticket {
namespace {

using soci::into;
using soci::use;

constexpr long long kNever = std::numeric_limits<long long>::max();

long long ToMicros(absl::Time time) {
  return time == absl::InfiniteFuture() ? kNever : absl::ToUnixMicros(time);
}

absl::Time FromMicros(long long us) {
  return us == kNever ? absl::InfiniteFuture() : absl::FromUnixMicros(us);
}

constexpr char kSelectTickets[] =
    "select ticket_no, version, state, coalesce(call_id, ''), call_open, first_contact, category, "
    "create_us, update_us, deadline_us, search_text, body from ";

/// A row in the types that SOCI binds.
struct Flat {
  Flat() = default;

  explicit Flat(const TicketRow& row)
      : ticket_no(row.ticket_no),
        call_id(row.call_id),
        first_contact(row.first_contact),
        search_text(row.search_text),
        body(row.body),
        version(row.version),
        state(row.state),
        call_open(row.call_open ? 1 : 0),
        category(row.category),
        create_us(ToMicros(row.create_time)),
        update_us(ToMicros(row.update_time)),
        deadline_us(ToMicros(row.deadline)) {}

  /// Binds the columns of kSelectTickets.
  void IntoAll(soci::statement& statement) {
    statement.exchange(into(ticket_no));
    statement.exchange(into(version));
    statement.exchange(into(state));
    statement.exchange(into(call_id));
    statement.exchange(into(call_open));
    statement.exchange(into(first_contact));
    statement.exchange(into(category));
    statement.exchange(into(create_us));
    statement.exchange(into(update_us));
    statement.exchange(into(deadline_us));
    statement.exchange(into(search_text));
    statement.exchange(into(body));
  }

  TicketRow ToRow() const {
    return {.ticket_no = ticket_no,
            .version = version,
            .state = static_cast<int>(state),
            .call_id = call_id,
            .call_open = call_open != 0,
            .first_contact = first_contact,
            .category = static_cast<int>(category),
            .create_time = FromMicros(create_us),
            .update_time = FromMicros(update_us),
            .deadline = FromMicros(deadline_us),
            .search_text = search_text,
            .body = body};
  }

  std::string ticket_no, call_id, first_contact, search_text, body;
  long long version = 0, state = 0, call_open = 0, category = 0;
  long long create_us = 0, update_us = 0, deadline_us = 0;
};

/// A text that occurs, for LIKE with escape '!'.
std::string ContainsPattern(const std::string& word) {
  std::string pattern = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + '%';
}

class SqlTickets final : public TicketWriter {
 public:
  SqlTickets(soci::session& db, Engine engine) : db_(db), engine_(engine), index_(db, engine) {}

  std::optional<TicketRow> Find(const std::string& ticket_no) override {
    return FindBy("ticket_no = :v", ticket_no);
  }

  std::optional<TicketRow> FindByCall(const std::string& call_id) override {
    return FindBy("call_id = :v", call_id);
  }

  std::optional<TicketRow> FindToChange(const std::string& ticket_no) override {
    // SQLite's transaction has the database to itself already.
    return FindBy(engine_ == Engine::kPostgres ? "ticket_no = :v for update" : "ticket_no = :v",
                  ticket_no);
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
    statement.prepare(
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
    const bool by_index = WordIndex::Helps(filter.words) && !AreFew(filter);
    const SqlConditions where = ConditionsOf(filter, by_index);
    std::vector<TicketRow> rows;
    Flat flat;
    soci::statement statement(db_);
    flat.IntoAll(statement);
    where.Bind(statement);
    statement.alloc();
    statement.prepare(absl::StrCat(
        kSelectTickets, by_index ? index_.Tables() : "ticket", where.sql(), " order by ",
        by_index ? index_.Key() + " desc" : "create_us desc, ticket_no desc", " limit ",
        filter.limit));
    FetchAll(statement, [&] { rows.push_back(flat.ToRow()); });
    return rows;
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
        "search_text, body, search_key) values (:no, :version, :state, nullif(:call, ''), :open, "
        ":first, :category, :created, :updated, :deadline, :cstate, :sealed, :key, :search, "
        ":body, ",
        WordIndex::kNextKey, ") returning search_key"),
        use(flat.ticket_no), use(flat.version), use(flat.state), use(flat.call_id),
        use(flat.call_open), use(flat.first_contact), use(flat.category), use(flat.create_us),
        use(flat.update_us), use(flat.deadline_us), use(caller_state), use(caller.sealed),
        use(caller.key), use(flat.search_text), use(flat.body), use(base), use(base), use(next),
        into(key);
    index_.Add(key, flat.search_text);
    InsertEvents(row.ticket_no, events);
  }

  void Update(const TicketRow& row, const std::vector<EventRow>& events) override {
    HOTLINE_CHECK(!events.empty(), "a ticket changes by events only");
    const Flat flat(row);
    const long long before = events.front().version - 1;
    Flat old;
    long long key = 0;
    soci::indicator has_key = soci::i_null;
    db_ << "select state, coalesce(call_id, ''), call_open, category, deadline_us, search_text, "
           "search_key from ticket where ticket_no = :n",
        use(flat.ticket_no), into(old.state), into(old.call_id), into(old.call_open),
        into(old.category), into(old.deadline_us), into(old.search_text), into(key, has_key);
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
    if (flat.call_id != old.call_id) {
      absl::StrAppend(&sets, ", call_id = nullif(", values.Place(flat.call_id), ", '')");
    }
    values.Add("ticket_no = " + values.Place(flat.ticket_no));
    values.Add("version = " + values.Place(before));
    soci::statement statement(db_);
    values.Bind(statement);
    statement.alloc();
    statement.prepare(absl::StrCat("update ticket set ", sets, values.sql()));
    statement.define_and_bind();
    statement.execute(true);
    if (statement.get_affected_rows() != 1) throw StartAgain();
    if (has_key == soci::i_ok) {
      index_.Replace(key, old.search_text, flat.search_text);
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

  void SetDeadline(const std::string& ticket_no, absl::Time deadline) override {
    const long long us = ToMicros(deadline);
    db_ << "update ticket set deadline_us = :d where ticket_no = :n", use(us), use(ticket_no);
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

 private:
  std::optional<TicketRow> FindBy(const std::string& condition, const std::string& value) {
    std::optional<TicketRow> row;
    Flat flat;
    soci::statement statement(db_);
    flat.IntoAll(statement);
    statement.exchange(use(value));
    statement.alloc();
    statement.prepare(absl::StrCat(kSelectTickets, "ticket where ", condition));
    FetchAll(statement, [&] { row = flat.ToRow(); });
    return row;
  }

  /// Whether so few tickets are in the given states, or of the given person or caller, that they
  /// are better looked at one by one than all that have the words.
  bool AreFew(const ListFilter& filter) {
    SqlConditions where;
    AddWho(filter, where);
    if (where.sql().empty()) return false;
    long long count = 0;
    soci::statement statement(db_);
    statement.exchange(into(count));
    where.Bind(statement);
    statement.alloc();
    statement.prepare(absl::StrCat("select count(*) from (select 1 from ticket", where.sql(),
                                   " limit ", kFew + 1, ") few"));
    FetchAll(statement, [] {});
    return count <= kFew;
  }

  static void AddWho(const ListFilter& filter, SqlConditions& where) {
    if (!filter.states.empty()) {
      std::string list;
      for (const int state : filter.states) {
        absl::StrAppend(&list, list.empty() ? "" : ", ", state);
      }
      where.Add(absl::StrCat("state in (", list, ")"));
    }
    if (!filter.first_contact.empty()) {
      where.Add(absl::StrCat("first_contact = ", where.Place(filter.first_contact)));
    }
    if (!filter.caller_key.empty()) {
      where.Add(absl::StrCat("caller_key = ", where.Place(filter.caller_key)));
      where.Add("caller_key <> ''");
    }
  }

  SqlConditions ConditionsOf(const ListFilter& filter, bool by_index) const {
    SqlConditions where;
    AddWho(filter, where);
    if (filter.from) where.Add(absl::StrCat("create_us >= ", where.Place(ToMicros(*filter.from))));
    if (filter.until) {
      where.Add(absl::StrCat("create_us < ", where.Place(ToMicros(*filter.until))));
    }
    if (by_index) {
      index_.AddTo(where, filter.words);
      const auto limit = [&](const char* sign, absl::Time time) {
        const long long key = WordIndex::FirstKey(ToMicros(time));
        where.Add(absl::StrCat(index_.Key(), sign, where.Place(key)));
      };
      if (filter.from) limit(" >= ", *filter.from);
      if (filter.until) limit(" < ", *filter.until);
      if (filter.older_than) {
        where.Add(absl::StrCat(index_.Key(), " < (select search_key from ticket where ticket_no = ",
                               where.Place(filter.older_than->ticket_no), ")"));
      }
    } else if (filter.older_than) {
      const std::string time = where.Place(ToMicros(filter.older_than->create_time));
      const std::string number = where.Place(filter.older_than->ticket_no);
      where.Add(absl::StrCat("(create_us, ticket_no) < (", time, ", ", number, ")"));
    }
    for (const std::string& word : filter.words) {
      where.Add(
          absl::StrCat("search_text like ", where.Place(ContainsPattern(word)), " escape '!'"));
    }
    return where;
  }

  std::vector<std::string> Texts(const std::string& sql, const SqlConditions& where) {
    std::vector<std::string> texts;
    std::string text;
    soci::statement statement(db_);
    statement.exchange(into(text));
    where.Bind(statement);
    statement.alloc();
    statement.prepare(sql);
    FetchAll(statement, [&] { texts.push_back(text); });
    return texts;
  }

  /// Tickets that are quicker looked at than found by their words.
  static constexpr int kFew = 3000;

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
  const Engine engine_;
  WordIndex index_;
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
  auto database = Database::Open(options.url, options.sessions);
  if (!database.ok()) return database.status();
  if (auto status = (*database)->Migrate(TicketMigrations()); !status.ok()) return status;
  if (auto status = CatchUpWords(**database); !status.ok()) return status;
  return std::make_unique<SqlTicketStore>(*std::move(database));
}

}  // namespace hotline::ticket
