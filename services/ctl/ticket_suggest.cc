// ticket suggest: which unit a ticket should go to, and why.
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "services/ctl/identity.h"
#include "services/ctl/json.h"
#include "services/ctl/table.h"
#include "services/ctl/ticket_client.h"
#include "services/ctl/ticket_commands.h"
#include "services/ctl/ticket_text.h"

namespace hotline::ctl {
namespace {

namespace v1 = ticket::v1;
using Stub = TicketClient::Stub;

void Print(const v1::SuggestDispatchResponse& suggestion, std::ostream& out) {
  Table table({"UNIT", "NAME", "OPEN>", "CAPACITY>", "WHY NOT"});
  for (const auto& candidate : suggestion.candidates()) {
    table.Add({candidate.unit().org(), candidate.name(), absl::StrCat(candidate.open()),
               absl::StrCat(candidate.capacity()), candidate.why_not()});
  }
  out << table.Render() << "\n";
  if (!suggestion.has_unit()) {
    out << "nobody can have it\n";
  } else {
    out << "to " << suggestion.unit().org();
    if (suggestion.has_fallback()) out << ", else " << suggestion.fallback().org();
    if (!suggestion.limit().empty()) out << ", within " << suggestion.limit();
    if (suggestion.feedback()) out << ", with feedback";
    out << "\n";
  }
  for (const std::string& rule : suggestion.rules()) out << "  " << rule << "\n";
}

absl::Status Suggest(Session& session) {
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  const auto now = client->Get(session.arguments().operand(0));
  if (!now.ok()) return now.status();
  v1::SuggestDispatchRequest question;
  question.set_ticket_no(now->ticket().ticket_no());
  const auto suggestion = client->Ask(&Stub::SuggestDispatch, question);
  if (!suggestion.ok()) return suggestion.status();
  if (!session.arguments().Has("--dispatch")) {
    if (session.json()) {
      session.PrintJson(ToJson(*suggestion));
    } else {
      Print(*suggestion, session.out());
    }
    return absl::OkStatus();
  }
  if (!suggestion->has_unit()) {
    Print(*suggestion, session.out());
    return absl::FailedPreconditionError("nobody can have the ticket; see WHY NOT");
  }
  v1::AdvanceTicketRequest request;
  request.set_request_id(MakeRequestId());
  request.set_ticket_no(now->ticket().ticket_no());
  request.set_version(now->ticket().version());
  request.set_act("dispatch");
  *request.mutable_unit() = suggestion->unit();
  *request.mutable_fallback() = suggestion->fallback();
  request.set_limit(suggestion->limit());
  *request.mutable_rules() = suggestion->rules();
  request.set_yes(true);
  const auto response = client->Ask(&Stub::AdvanceTicket, request);
  if (!response.ok()) return client->Explain(response.status(), request.ticket_no());
  if (session.json()) {
    session.PrintJson(ToJson(response->ticket()));
  } else {
    session.out() << TicketLine(response->ticket(), absl::Now(), absl::LocalTimeZone()) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> TicketSuggestCommands() {
  return {{.words = "ticket suggest",
           .operands = "NUMBER",
           .summary = "which unit should have it, by the rules, and who could not",
           .options = {{"--dispatch", Takes::kNothing, "", "send it there"}, kAsOption},
           .run = &Suggest}};
}

}  // namespace hotline::ctl
