// ticket list, show, history, count, watch: what the ticket service keeps.
#include <algorithm>
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "services/ctl/identity.h"
#include "services/ctl/interrupt.h"
#include "services/ctl/json.h"
#include "services/ctl/table.h"
#include "services/ctl/ticket_client.h"
#include "services/ctl/ticket_commands.h"
#include "services/ctl/ticket_text.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

using boost::json::array;
using boost::json::object;
namespace v1 = ticket::v1;
using Stub = TicketClient::Stub;

constexpr int kTicketsShown = 50;
constexpr int kTicketPage = 200;

absl::StatusOr<v1::Ticket::State> ParseState(const std::string& word) {
  v1::Ticket::State state = v1::Ticket::STATE_UNSPECIFIED;
  if (v1::Ticket::State_Parse("STATE_" + absl::AsciiStrToUpper(word), &state)) return state;
  std::string all;
  for (int i = 0; i < v1::Ticket::State_descriptor()->value_count(); ++i) {
    const auto* value = v1::Ticket::State_descriptor()->value(i);
    if (value->number() == 0) continue;
    absl::StrAppend(&all, all.empty() ? "" : ", ",
                    StateWord(static_cast<v1::Ticket::State>(value->number())));
  }
  return UsageError(absl::StrCat("--state: \"", word, "\" is no state; there are ", all));
}

absl::StatusOr<v1::ListTicketsRequest> ToListRequest(const Arguments& arguments) {
  v1::ListTicketsRequest request;
  request.set_text(arguments.Text("--text"));
  request.set_first_contact(arguments.Text("--first-contact"));
  request.set_lead_org(arguments.Text("--unit"));
  request.set_mine(arguments.Has("--mine"));
  if (arguments.Has("--overdue") && arguments.Has("--due-soon")) {
    return UsageError("--overdue or --due-soon, not both");
  }
  if (arguments.Has("--mine") && arguments.Has("--unit")) {
    return UsageError("--mine or --unit, not both");
  }
  if (arguments.Has("--overdue")) *request.mutable_due_before_time() = ToProto(absl::Now());
  if (arguments.Has("--due-soon")) {
    const absl::Duration soon = arguments.Span("--due-soon", absl::ZeroDuration());
    *request.mutable_due_before_time() = ToProto(absl::Now() + soon);
  }
  if (!arguments.Has("--state")) return request;
  for (const std::string& word : SplitList(arguments.Text("--state"))) {
    const auto state = ParseState(word);
    if (!state.ok()) return state.status();
    request.add_states(*state);
  }
  return request;
}

/// Tickets, newest first, page by page; a limit of 0 means all.
absl::StatusOr<std::vector<v1::Ticket>> ReadTickets(const TicketClient& client,
                                                    v1::ListTicketsRequest request, size_t limit) {
  std::vector<v1::Ticket> tickets;
  do {
    const size_t left = limit == 0 ? kTicketPage : limit - tickets.size();
    request.set_page_size(static_cast<int>(std::min<size_t>(left, kTicketPage)));
    auto page = client.Ask(&Stub::ListTickets, request);
    if (!page.ok()) return page.status();
    for (v1::Ticket& ticket : *page->mutable_tickets()) tickets.push_back(std::move(ticket));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && (limit == 0 || tickets.size() < limit));
  return tickets;
}

absl::Time DueOf(const v1::Ticket& ticket) {
  const v1::TicketClock* clock = NextClock(ticket);
  return clock == nullptr ? absl::InfiniteFuture() : FromProto(clock->due_time());
}

absl::Status ListTickets(Session& session) {
  const auto request = ToListRequest(session.arguments());
  if (!request.ok()) return request.status();
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  const auto limit = static_cast<size_t>(session.arguments().Count("--limit", kTicketsShown));
  // What is due is sorted by that, so all of it has to be known first.
  const bool by_due = request->has_due_before_time();
  auto tickets = ReadTickets(*client, *request, by_due ? 0 : limit);
  if (!tickets.ok()) return tickets.status();
  if (by_due) {
    std::stable_sort(tickets->begin(), tickets->end(),
                     [](const auto& a, const auto& b) { return DueOf(a) < DueOf(b); });
    if (limit != 0 && tickets->size() > limit) tickets->resize(limit);
  }
  if (session.json()) {
    array json;
    for (const v1::Ticket& ticket : *tickets) json.push_back(ToJson(ticket));
    session.PrintJson(json);
  } else {
    session.out() << TicketTable(*tickets, absl::Now(), absl::LocalTimeZone());
  }
  return absl::OkStatus();
}

absl::Status Show(Session& session, bool only_history) {
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  const auto response = client->Get(session.arguments().operand(0));
  if (!response.ok()) return response.status();
  const absl::TimeZone zone = absl::LocalTimeZone();
  if (session.json()) {
    const auto json = ToJson(*response);
    session.PrintJson(only_history ? json.at("events") : json);
    return absl::OkStatus();
  }
  if (!only_history) session.out() << TicketSheet(*response, absl::Now(), zone) << "\n";
  session.out() << HistoryText(*response, zone);
  return absl::OkStatus();
}

absl::Status ShowTicket(Session& session) {
  return Show(session, /*only_history=*/false);
}

absl::Status ShowHistory(Session& session) {
  return Show(session, /*only_history=*/true);
}

absl::Status CountTickets(Session& session) {
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  const auto response = client->Ask(&Stub::CountTickets, v1::CountTicketsRequest());
  if (!response.ok()) return response.status();
  array json;
  Table table({"STATE", "TICKETS>", "OVERDUE>"});
  for (const auto& count : response->counts()) {
    json.push_back(object{{"state", StateWord(count.state())},
                          {"tickets", count.tickets()},
                          {"overdue", count.overdue()}});
    table.Add(
        {StateWord(count.state()), absl::StrCat(count.tickets()), absl::StrCat(count.overdue())});
  }
  if (session.json()) {
    session.PrintJson(json);
  } else {
    session.out() << table.Render();
  }
  return absl::OkStatus();
}

absl::Status WatchTickets(Session& session) {
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  const Interrupt interrupt;
  const auto context = client->Context(absl::InfiniteDuration());
  const std::stop_callback cancel(interrupt.token(), [&] { context->TryCancel(); });
  const auto stream = client->stub().WatchTickets(context.get(), v1::WatchTicketsRequest());
  v1::WatchTicketsResponse change;
  while (stream->Read(&change)) {
    if (session.json()) {
      session.PrintJson(ToJson(change.ticket()));
    } else {
      session.out() << TicketLine(change.ticket(), absl::Now(), absl::LocalTimeZone()) << "\n"
                    << std::flush;
    }
  }
  const auto status = stream->Finish();
  return interrupt.token().stop_requested() ? absl::OkStatus() : ToStatus(status);
}

}  // namespace

std::vector<Command> TicketListCommands() {
  return {{.words = "ticket list",
           .summary = "tickets, newest first; due ones, the first due first",
           .options = {{"--text", Takes::kText, "WORDS", "only with these words"},
                       {"--state", Takes::kText, "A,B", "only in these states: to_dispatch …"},
                       {"--overdue", Takes::kNothing, "", "only of which something is overdue"},
                       {"--due-soon", Takes::kSpan, "SPAN", "only due within so long: 24h"},
                       {"--unit", Takes::kText, "ORG", "only those this organisation answers for"},
                       {"--mine", Takes::kNothing, "", "only those of --as's organisation"},
                       {"--first-contact", Takes::kText, "ACCOUNT", "only of this account"},
                       {"--limit", Takes::kCount, "N", "at most N, 0: all (50)"},
                       kAsOption},
           .run = &ListTickets},
          {.words = "ticket show",
           .operands = "NUMBER",
           .summary = "one ticket, by its number or its call's id",
           .options = {kAsOption},
           .run = &ShowTicket},
          {.words = "ticket history",
           .operands = "NUMBER",
           .summary = "what happened to it, when, by whom, and the deadlines it set",
           .options = {kAsOption},
           .run = &ShowHistory},
          {.words = "ticket count",
           .summary = "how many tickets are in each state, and overdue",
           .options = {kAsOption},
           .run = &CountTickets},
          {.words = "ticket watch",
           .summary = "each ticket that changes, until Ctrl-C",
           .options = {kAsOption},
           .run = &WatchTickets}};
}

}  // namespace hotline::ctl
