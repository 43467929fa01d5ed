// The tickets' place on disk: SQLite or PostgreSQL, with the same behaviour
// (tests/ticket/store runs the same tests on both).
//
//   store->Write([&](TicketWriter& db) {
//     if (auto saved = db.FindReply(account, id)) …
//     db.Update(row, events);
//     db.SaveReply(account, id, …);
//     return absl::OkStatus();      // commits; anything else leaves no trace
//   });
//
// Thread-safe and blocking: call it on the store's own threads. Everything inside one `work` is one
// transaction. If the database fails, `work` is left (by an exception that Write and Read catch)
// and the status says why; if another process was first, `work` is run again, so it must be
// repeatable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/ticket/store/post.h"
#include "services/ticket/store/ticket_rows.h"

namespace hotline::ticket {

/// Questions.
class TicketReader {
 public:
  virtual ~TicketReader() = default;

  virtual std::optional<TicketRow> Find(const std::string& ticket_no) = 0;
  virtual std::optional<TicketRow> FindByCall(const std::string& call_id) = 0;
  /// Oldest first.
  virtual std::vector<EventRow> Events(const std::string& ticket_no) = 0;
  /// Newest first.
  virtual std::vector<TicketRow> List(const ListFilter& filter) = 0;
  virtual CallerColumns Caller(const std::string& ticket_no) = 0;
  virtual std::optional<SavedReply> FindReply(const std::string& account,
                                              const std::string& request_id) = 0;
  /// Tickets whose deadline is at or before `now`, the oldest deadline first.
  virtual std::vector<std::string> Due(absl::Time now, int limit) = 0;
  /// The first deadline of all, or InfiniteFuture.
  virtual absl::Time NextDeadline() = 0;
  /// Call ids of tickets whose call has no end yet.
  virtual std::vector<std::string> OpenCalls(int limit) = 0;
  /// Call ids of tickets whose caller's number is pending, newest first.
  virtual std::vector<std::string> PendingCallers(int limit) = 0;
  virtual int64_t CountState(int state) = 0;
  /// Tickets that `lead` answers for and that are not over.
  virtual int64_t CountOpenOf(const std::string& lead, int first_over_state) = 0;
  /// Of every state that has tickets, in the order of the states.
  virtual std::vector<StateCount> CountStates(absl::Time now) = 0;
  /// The ticket of another system's number; nothing if there is none.
  virtual std::optional<std::string> FindExternal(const std::string& source,
                                                  const std::string& number) = 0;
  /// Outbox and inbox.
  virtual const Post& post() const = 0;
};

/// Questions and changes.
class TicketWriter : public TicketReader {
 public:
  /// As Find; on PostgreSQL nobody else can change the ticket until this transaction is over.
  virtual std::optional<TicketRow> FindToChange(const std::string& ticket_no) = 0;
  /// Counts up for `day`: 1, 2, 3 … A number is taken when the transaction commits.
  virtual int64_t NextSerial(const std::string& day) = 0;
  /// A new ticket with its first events.
  virtual void Insert(const TicketRow& row, const std::vector<EventRow>& events,
                      const CallerColumns& caller) = 0;
  /// Replaces the row whose version is `events`' first less one; if there is none such any more,
  /// the work starts again. Requires: events is not empty.
  virtual void Update(const TicketRow& row, const std::vector<EventRow>& events) = 0;
  virtual void SetCaller(const std::string& ticket_no, const CallerColumns& caller) = 0;
  /// From now on the number belongs to this ticket, and no other one of the ticket's; an empty
  /// number: none does. Requires: the number has no ticket (if somebody else was first, the work
  /// starts again).
  virtual void ClaimExternal(const std::string& ticket_no, const std::string& source,
                             const std::string& number) = 0;
  /// Moves the deadline that Due looks at, without a change of the ticket: the policy has changed.
  virtual void SetDeadline(const std::string& ticket_no, absl::Time deadline) = 0;
  /// Sets when something is owed, without a change of the ticket: an older program did not know it.
  virtual void SetDue(const std::string& ticket_no, absl::Time due) = 0;
  virtual void SaveReply(const std::string& account, const std::string& request_id,
                         const SavedReply& reply, absl::Time now) = 0;
  /// Drops replies that are older.
  virtual void ForgetReplies(absl::Time before) = 0;
  virtual Post& post() = 0;
};

struct StoreOptions {
  /// "sqlite:PATH" or "postgresql://…" (libpq's URI).
  std::string url;
  int sessions = 4;  ///< at most so many works at a time
};

class TicketStore {
 public:
  /// Opens or makes the database and brings its tables up to date.
  /// Returns: INVALID_ARGUMENT for a URL of neither kind, FAILED_PRECONDITION if a later version of
  /// this program has changed the tables, UNAVAILABLE for what the database says.
  static absl::StatusOr<std::unique_ptr<TicketStore>> Open(const StoreOptions& options);
  virtual ~TicketStore() = default;

  /// Runs `work` in a transaction and commits it if it returns OK. When Write returns OK, the
  /// changes are on the disk.
  /// Returns: what `work` returned; UNAVAILABLE if the database cannot be reached or does not
  /// answer in time; RESOURCE_EXHAUSTED if its disk is full; INTERNAL for a statement it does not
  /// like.
  virtual absl::Status Write(const std::function<absl::Status(TicketWriter&)>& work) = 0;
  /// The same for questions; `work` sees one moment of the database.
  virtual absl::Status Read(const std::function<absl::Status(TicketReader&)>& work) = 0;
};

}  // namespace hotline::ticket
