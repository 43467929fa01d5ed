#include "services/ticket/core/ticket.h"

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
    ticket_.close_time = event_.time;
    Move(State::kClosed);
  }

 private:
  void Move(State to) const {
    ticket_.state = to;
    ticket_.state_version = event_.version;
  }

  const Event& event_;
  Ticket& ticket_;
};

}  // namespace

void Apply(const Event& event, Ticket& ticket) {
  HOTLINE_CHECK(event.version == ticket.version + 1, "events follow each other without a gap");
  HOTLINE_CHECK(std::holds_alternative<Opened>(event.body) == (ticket.state == State::kNone),
                "a ticket is opened once, first of all");
  std::visit(Applier(event, ticket), event.body);
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
