// What the hotline itself asks of the desk: calls that connect and end, and what is due.
#include <utility>

#include "services/runtime/log.h"
#include "services/ticket/service/convert.h"
#include "services/ticket/service/desk.h"

namespace hotline::ticket {
namespace {

/// Bounds on what one look at the store brings.
constexpr int kMaxDueAtOnce = 100;
constexpr int kMaxOpenCalls = 20'000;
constexpr int kMaxPendingCallers = 200;

constexpr int kPageOfOpenTickets = 200;

constexpr char kCallHasNone[] = "the call has no ticket";

Origin OriginOf(const AnsweredCall& call) {
  return {call.call_id, call.entry, call.queue, call.place};
}

}  // namespace

// ---- calls ----

absl::Status TicketDesk::Connected(const AnsweredCall& call) {
  std::optional<v1::Ticket> changed;
  const auto status = store_.Write([&](TicketWriter& db) -> absl::Status {
    changed.reset();
    if (const auto row = db.FindByCall(call.call_id)) {
      return StepIn(db, *row, SystemActor(), LinkCall{OriginOf(call)}, changed);
    }
    return OpenFor(db, call, changed.emplace());
  });
  if (status.ok()) Tell(changed);
  return status;
}

absl::Status TicketDesk::Ended(const AnsweredCall& call, absl::Time end_time) {
  std::optional<v1::Ticket> changed;
  const EndCall end{absl::FromUnixMicros(absl::ToUnixMicros(end_time))};
  const auto status = store_.Write([&](TicketWriter& db) -> absl::Status {
    changed.reset();
    auto row = db.FindByCall(call.call_id);
    if (!row) {
      if (auto done = OpenFor(db, call, changed.emplace()); !done.ok()) return done;
      row = db.FindByCall(call.call_id);
    }
    return StepIn(db, *row, SystemActor(), end, changed);
  });
  if (status.ok()) Tell(changed);
  return status;
}

absl::Status TicketDesk::OpenFor(TicketWriter& db, const AnsweredCall& call, v1::Ticket& ticket) {
  Open open{.origin = OriginOf(call),
            .first_contact = call.agent.empty() ? call.place : call.agent};
  return Insert(db, SystemActor(), std::move(open), ticket);
}

absl::Status TicketDesk::Gone(const std::string& call_id) {
  return StepCall(call_id, EndCall{Now()});
}

absl::Status TicketDesk::StepCall(const std::string& call_id, const Command& command) {
  std::optional<v1::Ticket> changed;
  const auto status = store_.Write([&](TicketWriter& db) -> absl::Status {
    changed.reset();
    const auto row = db.FindByCall(call_id);
    if (!row) return absl::NotFoundError(kCallHasNone);
    return StepIn(db, *row, SystemActor(), command, changed);
  });
  if (status.ok()) Tell(changed);
  return status;
}

absl::StatusOr<std::vector<std::string>> TicketDesk::Missing(
    const std::vector<std::string>& ended_call_ids) {
  std::vector<std::string> missing;
  const auto status = store_.Read([&](TicketReader& db) {
    for (const std::string& id : ended_call_ids) {
      const auto row = db.FindByCall(id);
      if (!row || row->call_open) missing.push_back(id);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return missing;
}

absl::StatusOr<std::vector<std::string>> TicketDesk::OpenCalls() {
  std::vector<std::string> calls;
  const auto status = store_.Read([&](TicketReader& db) {
    calls = db.OpenCalls(kMaxOpenCalls);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return calls;
}

absl::StatusOr<std::vector<std::string>> TicketDesk::PendingCallers() {
  std::vector<std::string> calls;
  const auto status = store_.Read([&](TicketReader& db) {
    calls = db.PendingCallers(kMaxPendingCallers);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return calls;
}

absl::Status TicketDesk::SetCaller(const std::string& call_id,
                                   const std::optional<PhoneNumber>& number) {
  CallerColumns columns{.state = CallerColumns::State::kLost};
  if (number) {
    columns = {.state = number->Unmasked().empty() ? CallerColumns::State::kWithheld
                                                   : CallerColumns::State::kKnown,
               .sealed = vault_.Seal(*number),
               .key = vault_.KeyOf(*number)};
  }
  std::optional<v1::Ticket> changed;
  const auto status = store_.Write([&](TicketWriter& db) -> absl::Status {
    changed.reset();
    const auto row = db.FindByCall(call_id);
    if (!row) return absl::NotFoundError(kCallHasNone);
    db.SetCaller(row->ticket_no, columns);
    if (!number) return absl::OkStatus();
    return StepIn(db, *row, SystemActor(), NoteCaller{number->Masked()}, changed);
  });
  if (status.ok()) Tell(changed);
  return status;
}

// ---- time ----

absl::StatusOr<absl::Time> TicketDesk::DoWhatIsDue() {
  const absl::Time now = Now();
  std::vector<std::string> due;
  absl::Time next = absl::InfiniteFuture();
  const auto look = [&](TicketReader& db) {
    due = db.Due(now, kMaxDueAtOnce);
    next = db.NextDeadline();
    return absl::OkStatus();
  };
  if (auto status = store_.Read(look); !status.ok()) return status;
  for (const std::string& ticket_no : due) {
    std::optional<v1::Ticket> changed;
    const auto status = store_.Write([&](TicketWriter& db) -> absl::Status {
      changed.reset();
      const auto row = db.FindToChange(ticket_no);
      if (!row) return absl::OkStatus();
      if (auto done = StepIn(db, *row, SystemActor(), Tick{}, changed); !done.ok()) return done;
      if (changed) return absl::OkStatus();
      // Written under another policy: by today's it is due at another time.
      const auto ticket = FromRow(*row);
      if (!ticket.ok()) return ticket.status();
      db.SetDeadline(ticket_no, TicketLife(options_.policy, *ticket).next_deadline());
      return absl::OkStatus();
    });
    if (absl::IsDataLoss(status)) {
      LogError("a ticket cannot be read: its deadlines are given up, the others go on",
               {{"ticket", ticket_no}, {"why", status}});
      const auto given_up = store_.Write([&](TicketWriter& db) {
        db.SetDeadline(ticket_no, absl::InfiniteFuture());
        return absl::OkStatus();
      });
      if (!given_up.ok()) return given_up;
      continue;
    }
    if (!status.ok()) return status;
    Tell(changed);
  }
  if (due.empty()) return next;
  if (auto status = store_.Read(look); !status.ok()) return status;
  return next;
}

absl::Status TicketDesk::ApplyCalendar() {
  std::vector<int> open;
  for (int state = 0; state < static_cast<int>(State::kClosed); ++state) open.push_back(state);
  open.push_back(static_cast<int>(State::kReferredOut));
  ListFilter page{.states = open, .limit = kPageOfOpenTickets};
  for (;;) {
    std::vector<TicketRow> rows;
    const auto look = [&](TicketReader& db) {
      rows = db.List(page);
      return absl::OkStatus();
    };
    if (auto status = store_.Read(look); !status.ok()) return status;
    for (const TicketRow& row : rows) {
      const auto ticket = FromRow(row);
      if (!ticket.ok()) return ticket.status();
      const Do recompute{Act::kRecompute, row.version, {}};
      // Most have nothing to change, and need no transaction to find that out.
      TicketLife trial(options_.policy, *ticket);
      if (auto status = FillDue(row, trial); !status.ok()) return status;
      if (trial.Step(Now(), SystemActor(), recompute).events.empty()) continue;
      std::optional<v1::Ticket> changed;
      const auto status = store_.Write([&](TicketWriter& db) -> absl::Status {
        changed.reset();
        const auto now_there = db.FindToChange(row.ticket_no);
        if (!now_there) return absl::OkStatus();
        return StepIn(db, *now_there, SystemActor(), recompute, changed);
      });
      // Ended since it was read: there is no deadline left.
      if (!status.ok() && !absl::IsFailedPrecondition(status)) return status;
      if (status.ok()) Tell(changed);
    }
    if (rows.size() < static_cast<size_t>(page.limit)) return absl::OkStatus();
    page.older_than = ListPosition{rows.back().create_time, rows.back().ticket_no};
  }
}

absl::Status TicketDesk::FillDue(const TicketRow& row, const TicketLife& life) {
  const absl::Time due = NextDue(life.ticket());
  if (row.due == due) return absl::OkStatus();
  return store_.Write([&](TicketWriter& db) {
    const auto there = db.FindToChange(row.ticket_no);
    if (there && there->version == row.version) db.SetDue(row.ticket_no, due);
    return absl::OkStatus();
  });
}

absl::Status TicketDesk::ForgetOldReplies() {
  return store_.Write([&](TicketWriter& db) {
    db.ForgetReplies(Now() - kReplyLife);
    return absl::OkStatus();
  });
}

absl::StatusOr<int64_t> TicketDesk::CountDrafts() {
  int64_t count = 0;
  const auto status = store_.Read([&](TicketReader& db) {
    count = db.CountState(static_cast<int>(State::kDraft));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return count;
}

}  // namespace hotline::ticket
