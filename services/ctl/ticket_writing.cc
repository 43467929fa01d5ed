// ticket open, edit, register, close, classify, green-channel, unmask.
#include <ostream>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include <boost/json/object.hpp>

#include "services/ctl/identity.h"
#include "services/ctl/ticket_client.h"
#include "services/ctl/ticket_commands.h"
#include "services/ctl/ticket_text.h"

namespace hotline::ctl {
namespace {

namespace v1 = ticket::v1;
using Stub = TicketClient::Stub;

/// An option that fills a field of a message: "--no-voice" fills no_voice.
struct FieldOption {
  Option option;
  const char* field;
};

const std::vector<FieldOption>& ContentOptions() {
  static const std::vector<FieldOption> options = {
      {{"--category", Takes::kText, "WORD",
        "advice, service, mediation, publicity, legal_aid, complaint"},
       "category"},
      {{"--subcategory", Takes::kText, "TEXT", "a finer one"}, "subcategory"},
      {{"--title", Takes::kText, "TEXT", "one line"}, "title"},
      {{"--demand", Takes::kText, "TEXT", "what the citizen asks for"}, "demand"},
      {{"--answer", Takes::kText, "TEXT", "what was answered"}, "answer"},
      {{"--groups", Takes::kText, "A,B", "elderly, disabled, minor, migrant_worker …"}, "groups"},
      {{"--name", Takes::kText, "TEXT", "the citizen's name"}, "citizen_name"},
      {{"--division", Takes::kText, "CODE", "division code of the place"}, "division"},
      {{"--outcomes", Takes::kText, "A,B", "B01 … B23, the primary one first"}, "outcomes"},
      {{"--language", Takes::kText, "TAG", "of the language spoken"}, "language"},
      {{"--confidential", Takes::kText, "YES|NO", "the citizen asked for it"}, "confidential"}};
  return options;
}

const std::vector<FieldOption>& MarkOptions() {
  static const std::vector<FieldOption> options = {
      {{"--priority", Takes::kText, "P", "P1 urgent, P2 green channel, P3 normal"}, "priority"},
      {{"--secrecy", Takes::kText, "WORD", "ordinary, confidential, strict"}, "secrecy"},
      {{"--matter", Takes::kText, "WORD",
        "consult, help, suggestion, lawyer_complaint, wage_arrears, legal_aid, complex, "
        "web_consult; none: by category"},
       "matter"},
      {{"--risk", Takes::kText, "YES|NO", "danger for somebody"}, "risk"},
      {{"--no-voice", Takes::kText, "YES|NO", "the citizen cannot take a call"}, "no_voice"},
      {{"--no-contact", Takes::kText, "YES|NO", "the citizen wants no more contact"}, "no_contact"},
      {{"--respondents", Takes::kText, "A,B", "whom a complaint is about"}, "respondents"},
      {{"--external-source", Takes::kText, "WORD", "the other system: 12345"}, "external_source"},
      {{"--external-no", Takes::kText, "NUMBER", "the number there"}, "external_no"},
      {{"--case-code", Takes::kText, "CODE", "one code for the case"}, "case_code"},
      {{"--group-event", Takes::kText, "NAME", "the group event it belongs to"}, "group_event"},
      {{"--head-count", Takes::kCount, "N", "people in it"}, "head_count"}};
  return options;
}

/// Writes `text` into the field of `message`, by the field's kind.
absl::Status SetField(const FieldOption& option, const std::string& text,
                      google::protobuf::Message& message) {
  using Field = google::protobuf::FieldDescriptor;
  const Field* field = message.GetDescriptor()->FindFieldByName(option.field);
  const auto* reflection = message.GetReflection();
  const std::string name(option.option.name);
  if (field->is_repeated()) {
    for (const std::string& one : SplitList(text)) {
      reflection->AddString(&message, field, one);
    }
  } else if (field->cpp_type() == Field::CPPTYPE_BOOL) {
    if (text != "yes" && text != "no") return UsageError(absl::StrCat(name, " is yes or no"));
    reflection->SetBool(&message, field, text == "yes");
  } else if (field->cpp_type() == Field::CPPTYPE_INT32) {
    int number = 0;
    if (!absl::SimpleAtoi(text, &number)) return UsageError(absl::StrCat(name, " is a number"));
    reflection->SetInt32(&message, field, number);
  } else if (field->cpp_type() == Field::CPPTYPE_ENUM) {
    const auto* value =
        field->enum_type()->FindValueByName("CATEGORY_" + absl::AsciiStrToUpper(text));
    if (value == nullptr) {
      return UsageError(
          absl::StrCat(name, ": \"", text, "\" is none of ", std::string(option.option.help)));
    }
    reflection->SetEnum(&message, field, value);
  } else {
    reflection->SetString(&message, field, text);
  }
  return absl::OkStatus();
}

/// Fills `message` with what was given, and names those fields in `mask`.
absl::Status SetFields(const Arguments& arguments, const std::vector<FieldOption>& options,
                       google::protobuf::Message& message, google::protobuf::FieldMask* mask) {
  for (const FieldOption& option : options) {
    if (!arguments.Has(option.option.name)) continue;
    const auto status = SetField(option, arguments.Text(option.option.name), message);
    if (!status.ok()) return status;
    if (mask != nullptr) mask->add_paths(option.field);
  }
  return absl::OkStatus();
}

absl::Status Print(const Session& session, const v1::Ticket& ticket) {
  if (session.json()) {
    session.PrintJson(ToJson(ticket));
  } else {
    session.out() << TicketLine(ticket, absl::Now(), absl::LocalTimeZone()) << "\n";
  }
  return absl::OkStatus();
}

/// Sends a change of the ticket that the first operand names, made on the version given or the one
/// there is.
template <class Request, class Response>
absl::Status Change(Session& session,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    Request request) {
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  const auto now = client->Get(session.arguments().operand(0));
  if (!now.ok()) return now.status();
  request.set_request_id(MakeRequestId());
  request.set_ticket_no(now->ticket().ticket_no());
  request.set_version(
      session.arguments().Count("--version", static_cast<int>(now->ticket().version())));
  const auto response = client->Ask(method, request);
  if (!response.ok()) return client->Explain(response.status(), request.ticket_no());
  return Print(session, response->ticket());
}

absl::Status Open(Session& session) {
  v1::CreateTicketRequest request;
  request.set_request_id(MakeRequestId());
  request.set_call_id(session.arguments().Text("--call-id"));
  request.set_entry(session.arguments().Text("--entry"));
  request.set_external_source(session.arguments().Text("--source"));
  request.set_external_no(session.arguments().Text("--external-number"));
  const auto filled =
      SetFields(session.arguments(), ContentOptions(), *request.mutable_content(), nullptr);
  if (!filled.ok()) return filled;
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  const auto response = client->Ask(&Stub::CreateTicket, request);
  if (!response.ok()) return response.status();
  return Print(session, response->ticket());
}

absl::Status Edit(Session& session) {
  v1::UpdateTicketRequest request;
  const auto filled = SetFields(session.arguments(), ContentOptions(), *request.mutable_content(),
                                request.mutable_update_mask());
  if (!filled.ok()) return filled;
  if (request.update_mask().paths_size() == 0) return UsageError("ticket edit needs a field");
  return Change(session, &Stub::UpdateTicket, std::move(request));
}

absl::Status Register(Session& session) {
  return Change(session, &Stub::RegisterTicket, v1::RegisterTicketRequest());
}

absl::Status Close(Session& session) {
  return Change(session, &Stub::CloseTicket, v1::CloseTicketRequest());
}

absl::Status Classify(Session& session) {
  v1::ClassifyTicketRequest request;
  const auto filled = SetFields(session.arguments(), MarkOptions(), *request.mutable_marks(),
                                request.mutable_update_mask());
  if (!filled.ok()) return filled;
  if (request.update_mask().paths_size() == 0) return UsageError("ticket classify needs a mark");
  return Change(session, &Stub::ClassifyTicket, std::move(request));
}

absl::Status OpenGreenChannel(Session& session) {
  v1::ClassifyTicketRequest request;
  request.mutable_marks()->set_priority("P2");
  request.mutable_update_mask()->add_paths("priority");
  return Change(session, &Stub::ClassifyTicket, std::move(request));
}

absl::Status Unmask(Session& session) {
  if (!session.arguments().Has("--reason")) {
    return UsageError("ticket unmask needs --reason: it stands in the ticket's history");
  }
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  v1::UnmaskCallerRequest request;
  request.set_request_id(MakeRequestId());
  request.set_ticket_no(session.arguments().operand(0));
  request.set_reason(session.arguments().Text("--reason"));
  const auto response = client->Ask(&Stub::UnmaskCaller, request);
  if (!response.ok()) return client->Explain(response.status(), request.ticket_no());
  if (session.json()) {
    session.PrintJson(boost::json::object{{"caller", response->caller()}});
  } else {
    session.out() << (response->caller().empty() ? "the number is not known" : response->caller())
                  << "\n";
  }
  return absl::OkStatus();
}

std::vector<Option> OptionsOf(const std::vector<FieldOption>& fields, std::vector<Option> others) {
  std::vector<Option> options;
  for (const FieldOption& field : fields) options.push_back(field.option);
  options.insert(options.end(), others.begin(), others.end());
  options.push_back(kAsOption);
  return options;
}

constexpr Option kVersion = {"--version", Takes::kCount, "N",
                             "only if nobody has changed it since this version"};

}  // namespace

std::vector<Command> TicketWriteCommands() {
  return {{.words = "ticket open",
           .summary = "open a ticket: of a visit, a letter, a call",
           .options = OptionsOf(ContentOptions(),
                                {{"--entry", Takes::kText, "WORD", "counter, letter … (counter)"},
                                 {"--call-id", Takes::kText, "ID", "the call it comes from"},
                                 {"--source", Takes::kText, "WORD",
                                  "another system that has a number for it: 12345"},
                                 {"--external-number", Takes::kText, "NUMBER",
                                  "that number; if it has a ticket, that one is shown"}}),
           .run = &Open},
          {.words = "ticket edit",
           .operands = "NUMBER",
           .summary = "change what is written; other fields stay",
           .options = OptionsOf(ContentOptions(), {kVersion}),
           .run = &Edit},
          {.words = "ticket register",
           .operands = "NUMBER",
           .summary = "register a draft: somebody has to handle it",
           .options = OptionsOf({}, {kVersion}),
           .run = &Register},
          {.words = "ticket close",
           .operands = "NUMBER",
           .summary = "close a draft on the spot; category, outcome and answer must be there",
           .options = OptionsOf({}, {kVersion}),
           .run = &Close},
          {.words = "ticket classify",
           .operands = "NUMBER",
           .summary = "change priority, secrecy, matter, respondents …; other marks stay",
           .options = OptionsOf(MarkOptions(), {kVersion}),
           .run = &Classify},
          {.words = "ticket green-channel",
           .operands = "NUMBER",
           .summary = "open the green channel (P2): deadlines only get earlier",
           .options = OptionsOf({}, {kVersion}),
           .run = &OpenGreenChannel},
          {.words = "ticket unmask",
           .operands = "NUMBER",
           .summary = "the caller's number in clear; each look stands in the history",
           .options = {{"--reason", Takes::kText, "TEXT", "why (required)"}, kAsOption},
           .run = &Unmask}};
}

}  // namespace hotline::ctl
