// ticket list, ticket show: what the ticket service keeps.
#include <algorithm>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "services/base/ids.h"
#include "services/ctl/commands.h"
#include "services/ctl/format.h"
#include "services/ctl/json.h"
#include "services/ctl/session.h"
#include "services/ctl/table.h"
#include "services/runtime/grpc_client.h"
#include "services/runtime/proto_time.h"

#include "hotline/ticket/v1/ticket_service.grpc.pb.h"

namespace hotline::ctl {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
namespace v1 = ticket::v1;

constexpr int kDefaultLimit = 50;
constexpr int kPageSize = 200;

using Stub = v1::TicketService::Stub;

absl::StatusOr<std::unique_ptr<Stub>> Connect(Session& session) {
  const auto endpoints = session.FindEndpoints();
  if (!endpoints.ok()) return endpoints.status();
  if (endpoints->ticket.empty()) return NotKnown(*endpoints, "the ticket service", "--ticket");
  const auto address = ParseAddress(endpoints->ticket);
  if (!address.ok()) return address.status();
  return v1::TicketService::NewStub(MakeChannel(*address));
}

absl::Status ToStatus(const grpc::Status& status) {
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

std::string StateWord(v1::Ticket::State state) {
  return EnumWord("STATE_", v1::Ticket::State_Name(state));
}

std::string CategoryWord(v1::Category category) {
  return EnumWord("CATEGORY_", v1::Category_Name(category));
}

value TimeOrNull(bool has, const google::protobuf::Timestamp& time) {
  return has ? TimeToJson(FromProto(time)) : value(nullptr);
}

value Words(const google::protobuf::RepeatedPtrField<std::string>& words) {
  array all;
  for (const std::string& word : words) all.emplace_back(word);
  return all;
}

value ToJson(const v1::Ticket& ticket) {
  const v1::TicketContent& content = ticket.content();
  return object{
      {"ticket_no", ticket.ticket_no()},
      {"state", StateWord(ticket.state())},
      {"version", ticket.version()},
      {"call_id", ticket.call_id()},
      {"entry", ticket.entry()},
      {"queue", ticket.queue()},
      {"answered_by", ticket.answered_by()},
      {"first_contact", ticket.first_contact()},
      {"caller_masked", ticket.caller_masked()},
      {"category", CategoryWord(content.category())},
      {"title", content.title()},
      {"demand", content.demand()},
      {"answer", content.answer()},
      {"groups", Words(content.groups())},
      {"outcomes", Words(content.outcomes())},
      {"closure", EnumWord("CLOSURE_", v1::Closure_Name(ticket.closure()))},
      {"registered_automatically", ticket.registered_automatically()},
      {"create_time", TimeOrNull(ticket.has_create_time(), ticket.create_time())},
      {"call_end_time", TimeOrNull(ticket.has_call_end_time(), ticket.call_end_time())},
      {"register_due_time", TimeOrNull(ticket.has_register_due_time(), ticket.register_due_time())},
      {"register_time", TimeOrNull(ticket.has_register_time(), ticket.register_time())},
      {"close_time", TimeOrNull(ticket.has_close_time(), ticket.close_time())},
      {"update_time", TimeOrNull(ticket.has_update_time(), ticket.update_time())},
      {"updated_by", ticket.updated_by()},
  };
}

/// Tickets, newest first, page by page; a limit of 0 means all.
absl::StatusOr<std::vector<v1::Ticket>> ReadTickets(Session& session, Stub& stub, size_t limit) {
  std::vector<v1::Ticket> tickets;
  v1::ListTicketsRequest request;
  request.set_text(session.arguments().Text("--text"));
  request.set_first_contact(session.arguments().Text("--first-contact"));
  do {
    const size_t left = limit == 0 ? kPageSize : limit - tickets.size();
    request.set_page_size(static_cast<int>(std::min<size_t>(left, kPageSize)));
    v1::ListTicketsResponse page;
    const auto context = MakeCallContext(session.timeout());
    if (const auto status = stub.ListTickets(context.get(), request, &page); !status.ok()) {
      return ToStatus(status);
    }
    for (v1::Ticket& ticket : *page.mutable_tickets()) tickets.push_back(std::move(ticket));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && (limit == 0 || tickets.size() < limit));
  return tickets;
}

absl::Status ListTickets(Session& session) {
  const auto stub = Connect(session);
  if (!stub.ok()) return stub.status();
  const int limit = session.arguments().Count("--limit", kDefaultLimit);
  const auto tickets = ReadTickets(session, **stub, static_cast<size_t>(limit));
  if (!tickets.ok()) return tickets.status();
  if (session.json()) {
    array json;
    for (const v1::Ticket& ticket : *tickets) json.push_back(ToJson(ticket));
    session.PrintJson(json);
    return absl::OkStatus();
  }
  Table table({"TICKET", "STATE", "VERSION>", "OPENED", "FIRST CONTACT", "CALLER", "CATEGORY",
               "CALL", "TITLE"});
  for (const v1::Ticket& ticket : *tickets) {
    table.Add({ticket.ticket_no(), StateWord(ticket.state()), absl::StrCat(ticket.version()),
               FormatDate(FromProto(ticket.create_time()), absl::LocalTimeZone()),
               ticket.first_contact(), ticket.caller_masked(),
               CategoryWord(ticket.content().category()), ticket.call_id(),
               ticket.content().title()});
  }
  session.out() << table.Render();
  return absl::OkStatus();
}

absl::Status ShowTicket(Session& session) {
  const auto stub = Connect(session);
  if (!stub.ok()) return stub.status();
  const std::string& which = session.arguments().operand(0);
  v1::GetTicketRequest request;
  if (ParseCallId(which)) {
    request.set_call_id(which);
  } else {
    request.set_ticket_no(which);
  }
  v1::GetTicketResponse response;
  const auto context = MakeCallContext(session.timeout());
  if (const auto status = (*stub)->GetTicket(context.get(), request, &response); !status.ok()) {
    return ToStatus(status);
  }
  array events;
  Table table({"VERSION>", "TIME", "WHO", "WHAT", "FIELDS"});
  for (const v1::TicketEvent& event : response.events()) {
    const absl::Time time = FromProto(event.time());
    events.push_back(object{{"version", event.version()},
                            {"time", TimeToJson(time)},
                            {"account", event.account()},
                            {"kind", event.kind()},
                            {"fields", Words(event.fields())}});
    table.Add({absl::StrCat(event.version()), FormatDate(time, absl::LocalTimeZone()),
               event.account(), event.kind(), absl::StrJoin(event.fields(), " ")});
  }
  array earlier;
  for (const v1::Ticket& ticket : response.earlier()) earlier.emplace_back(ticket.ticket_no());
  if (session.json()) {
    session.PrintJson(object{{"ticket", ToJson(response.ticket())},
                             {"events", std::move(events)},
                             {"earlier", std::move(earlier)}});
    return absl::OkStatus();
  }
  const v1::Ticket& ticket = response.ticket();
  const v1::TicketContent& content = ticket.content();
  const auto line = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) session.out() << name << ": " << text << "\n";
  };
  line("ticket", absl::StrCat(ticket.ticket_no(), ", ", StateWord(ticket.state())));
  line("call", ticket.call_id());
  line("answered by", ticket.answered_by());
  line("first contact", ticket.first_contact());
  line("caller", ticket.caller_masked());
  line("category", CategoryWord(content.category()));
  line("outcomes", absl::StrJoin(content.outcomes(), " "));
  line("groups", absl::StrJoin(content.groups(), " "));
  line("title", content.title());
  line("demand", content.demand());
  line("answer", content.answer());
  if (response.earlier_size() > 0) {
    line("earlier tickets of this caller", absl::StrCat(response.earlier_size()));
  }
  session.out() << "\n" << table.Render();
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> TicketCommands() {
  return {{.words = "ticket list",
           .summary = "tickets, newest first",
           .options = {{"--text", Takes::kText, "WORDS", "only with these words"},
                       {"--first-contact", Takes::kText, "ACCOUNT", "only of this account"},
                       {"--limit", Takes::kCount, "N", "at most N, 0: all (50)"}},
           .run = &ListTickets},
          {.words = "ticket show",
           .operands = "NUMBER",
           .summary = "one ticket with its events, by its number or its call's id",
           .run = &ShowTicket}};
}

}  // namespace hotline::ctl
