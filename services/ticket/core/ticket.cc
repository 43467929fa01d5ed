#include "services/ticket/core/ticket.h"

#include <algorithm>

#include "services/base/check.h"

namespace hotline::ticket {
namespace {

class Applier {
 public:
  Applier(const Event& event, Ticket& ticket) : event_(event), ticket_(ticket) {}

  void operator()(const Opened& e) const {
    ticket_.ticket_no = e.ticket_no;
    ticket_.origin = e.origin;
    ticket_.first_contact = e.first_contact;
    ticket_.content = e.content;
    ticket_.create_time = event_.time;
    ticket_.content_version = event_.version;
    ticket_.parent_no = e.parent_no;
    ticket_.latest_due = e.latest_due;
    ticket_.marks.external_source = e.external_source;
    ticket_.marks.external_no = e.external_no;
    Move(State::kDraft);
  }

  void operator()(const CallLinked& e) const { ticket_.origin = e.origin; }

  void operator()(const CallerNoted& e) const { ticket_.caller_masked = e.masked; }

  void operator()(const CallEnded& e) const { ticket_.call_end_time = e.end_time; }

  void operator()(const Edited& e) const {
    CopyFields(e.content, e.fields, ticket_.content);
    ticket_.content_version = event_.version;
  }

  void operator()(const Registered& e) const {
    ticket_.register_time = event_.time;
    ticket_.registered_automatically = e.automatic;
    Move(State::kRegistered);
  }

  void operator()(const Closed& e) const {
    ticket_.closure = e.closure;
    Move(State::kClosed);
  }

  void operator()(const Classified& e) const {
    CopyMarks(e.marks, e.fields, ticket_.marks);
    ticket_.content_version = event_.version;
  }

  void operator()(const Acted& e) const {
    ApplyAct(event_, e, ticket_);
    if (e.to != ticket_.state) Move(e.to);
  }

  void operator()(const Warned& e) const {
    TicketClock* clock = FindClock(ticket_.clocks, e.clock);
    if (clock != nullptr) clock->stage = e.stage;
    if (HasCards(e.clock)) ticket_.work.level = std::max(ticket_.work.level, e.stage);
  }

 private:
  void Move(State to) const {
    const bool was_paused = IsPaused(ticket_.state);
    if (IsPaused(to) && !was_paused) Each(&TicketClock::stopped);
    if (was_paused && !IsPaused(to)) {
      for (TicketClock& clock : ticket_.clocks) clock.stopped.reset();
    }
    if (IsOver(to)) {
      // What stood still when it ended was over when it stopped.
      Each(&TicketClock::done);
      if (!IsOver(ticket_.state)) ticket_.close_time = event_.time;
      ticket_.work.proposal.reset();
    } else {
      ticket_.close_time.reset();
      ticket_.closure = Closure::kNone;
    }
    ticket_.state = to;
    ticket_.state_time = event_.time;
    ticket_.state_version = event_.version;
  }

  /// Notes the event's time in every clock that is not done.
  void Each(std::optional<absl::Time> TicketClock::*field) const {
    for (TicketClock& clock : ticket_.clocks) {
      if (!clock.done) clock.*field = event_.time;
    }
  }

  const Event& event_;
  Ticket& ticket_;
};

void SetClock(const ClockSet& set, absl::Time now, Ticket& ticket) {
  TicketClock* clock = FindClock(ticket.clocks, set.kind);
  if (clock == nullptr) {
    ticket.clocks.push_back({.kind = set.kind});
    clock = &ticket.clocks.back();
  } else if (clock->due != set.due || set.move.why == Why::kStart) {
    clock->earlier_dues.push_back(clock->due);
  }
  const bool anew = set.move.why == Why::kStart || set.move.why == Why::kFault;
  if (anew) clock->stopped.reset();
  if (anew || set.start != clock->start) clock->moves.clear();
  if (set.move.why == Why::kExtension || set.move.why == Why::kPause) {
    clock->moves.push_back(set.move);
  }
  if (anew || set.move.why == Why::kAgain) clock->done.reset();
  // More time: it warns again.
  if (anew || set.due > clock->due) clock->stage = Stage::kNone;
  clock->limit = set.limit;
  clock->start = set.start;
  clock->due = set.due;
  clock->set_time = now;
}

}  // namespace

bool IsPaused(State state) {
  return state == State::kWaitInfo || state == State::kSuspended;
}

bool IsOver(State state) {
  return state == State::kClosed || state == State::kArchived || state == State::kVoid;
}

absl::Time NextDue(const Ticket& ticket) {
  absl::Time due = absl::InfiniteFuture();
  if (IsOver(ticket.state)) return due;
  for (const TicketClock& clock : ticket.clocks) {
    if (clock.runs() && IsOwed(clock.kind)) due = std::min(due, clock.due);
  }
  return due;
}

void Apply(const Event& event, Ticket& ticket) {
  HOTLINE_CHECK(event.version == ticket.version + 1, "events follow each other without a gap");
  HOTLINE_CHECK(std::holds_alternative<Opened>(event.body) == (ticket.state == State::kNone),
                "a ticket is opened once, first of all");
  std::visit(Applier(event, ticket), event.body);
  for (const ClockSet& set : event.clocks) SetClock(set, event.time, ticket);
  ticket.version = event.version;
  ticket.update_time = event.time;
  ticket.updated_by = event.account;
}

Ticket Fold(absl::Span<const Event> events) {
  Ticket ticket;
  for (const Event& event : events) Apply(event, ticket);
  return ticket;
}

}  // namespace hotline::ticket
