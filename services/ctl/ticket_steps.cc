// ticket dispatch, accept, return … : one table, a row for each step of a ticket's life.
#include <algorithm>
#include <ostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

#include "services/ctl/identity.h"
#include "services/ctl/ticket_client.h"
#include "services/ctl/ticket_commands.h"
#include "services/ctl/ticket_text.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

namespace v1 = ticket::v1;
using Stub = TicketClient::Stub;

/// An option, and the field of AdvanceTicketRequest that it fills.
struct StepOption {
  Option option;
  std::string_view field;
  bool required = false;
};

/// What a dispatcher calls a step, and what the service calls it.
struct StepCommand {
  std::string_view words;
  std::string_view act, what;  ///< see AdvanceTicketRequest
  std::string_view summary;
  std::vector<StepOption> options;
};

const std::vector<StepCommand>& Steps() {
  static const std::vector<StepCommand> steps = {
      {"ticket dispatch",
       "dispatch",
       "",
       "send it to who handles it",
       {{{"--unit", Takes::kText, "ORG[@PATH]", "who handles it (required)"}, "unit", true},
        {{"--fallback", Takes::kText, "ORG[@PATH]", "who takes it if a ruling comes to nothing"},
         "fallback",
         false},
        {{"--limit", Takes::kText, "LIMIT", "shorter than the rule's: 3wd"}, "limit", false},
        {{"--rules", Takes::kText, "A,B", "the rules that chose"}, "rules", false},
        {{"--text", Takes::kText, "TEXT", "a word to the unit"}, "text", false}}},
      {"ticket accept", "accept", "", "sign for it", {}},
      {"ticket return",
       "ask_return",
       "",
       "ask to give it back: not ours",
       {{{"--reason", Takes::kText, "WORD", "wrong_place, wrong_matter … (required)"},
         "reason",
         true},
        {{"--basis", Takes::kText, "TEXT", "the legal basis (required)"}, "text", true},
        {{"--suggest", Takes::kText, "ORG[@PATH]", "who is competent (required)"}, "unit", true}}},
      {"ticket uphold-return",
       "uphold_return",
       "",
       "the return is right: dispatch it again",
       {{{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket reject-return",
       "reject_return",
       "",
       "the return is wrong: it stays there",
       {{{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket contest",
       "contest",
       "",
       "ask for a ruling",
       {{{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket rule",
       "rule",
       "",
       "decide who is bound",
       {{{"--unit", Takes::kText, "ORG[@PATH]", "who is bound (required)"}, "unit", true},
        {{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket record-fault",
       "record_fault",
       "",
       "the dispatcher erred: handling starts again",
       {{{"--text", Takes::kText, "TEXT", "what was wrong (required)"}, "text", true}}},
      {"ticket sub-dispatch",
       "hand_over",
       "",
       "hand it over to a unit below",
       {{{"--unit", Takes::kText, "ORG[@PATH]", "who handles it now (required)"}, "unit", true},
        {{"--text", Takes::kText, "TEXT", "why"}, "text", false}}},
      {"ticket co-handler",
       "add_co_handler",
       "",
       "let another unit help",
       {{{"--unit", Takes::kText, "ORG[@PATH]", "who helps (required)"}, "unit", true},
        {{"--text", Takes::kText, "TEXT", "with what"}, "text", false}}},
      {"ticket part",
       "add_child",
       "",
       "note that another ticket is a part of this one",
       {{{"--part", Takes::kText, "NUMBER", "the part's number (required)"}, "other", true},
        {{"--unit", Takes::kText, "ORG[@PATH]", "who handles the part (required)"}, "unit", true},
        {{"--at", Takes::kText, "TIME", "when it really was: 2026-09-28T10:00:00+08:00"},
         "time",
         false},
        {{"--text", Takes::kText, "TEXT", "what it is about"}, "text", false}}},
      {"ticket ask-info",
       "ask_info",
       "",
       "one notice of everything that is missing; the clock stops",
       {{{"--text", Takes::kText, "TEXT", "what is missing (required)"}, "text", true}}},
      {"ticket supply",
       "supply",
       "",
       "what the citizen has sent; the clock goes on",
       {{{"--text", Takes::kText, "TEXT", "what came (required)"}, "text", true}}},
      {"ticket ask-suspend",
       "propose",
       "suspend",
       "ask a supervisor to suspend it",
       {{{"--reason", Takes::kText, "WORD",
          "citizen_supplement, appraisal, audit, court, arbitration, mediation (required)"},
         "reason",
         true},
        {{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true},
        {{"--limit", Takes::kText, "LIMIT", "for how long"}, "limit", false}}},
      {"ticket suspend", "suspend", "", "grant what was asked: the clock stands still", {}},
      {"ticket resume",
       "resume",
       "",
       "it goes on",
       {{{"--text", Takes::kText, "TEXT", "why"}, "text", false}}},
      {"ticket ask-extension",
       "propose",
       "extend",
       "ask for more time",
       {{{"--limit", Takes::kText, "LIMIT", "how much: 5wd (required)"}, "limit", true},
        {{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket grant-extension", "extend", "", "grant what was asked", {}},
      {"ticket refuse-extension",
       "reject",
       "",
       "refuse what was asked: an extension, a suspension …",
       {{{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket ask-refusal",
       "propose",
       "refuse",
       "propose not to accept it",
       {{{"--reason", Takes::kText, "WORD", "why, in a word (required)"}, "reason", true},
        {{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket refuse", "refuse", "", "do not accept it, as another has proposed", {}},
      {"ticket contact",
       "contact",
       "",
       "note a contact with the citizen, or an attempt",
       {{{"--channel", Takes::kText, "WORD", "voice, sms, visit, letter"}, "what", false},
        {{"--reached", Takes::kNothing, "", "he was reached"}, "yes", false},
        {{"--at", Takes::kText, "TIME", "when it really was: 2026-09-28T10:00:00+08:00"},
         "time",
         false},
        {{"--text", Takes::kText, "TEXT", "what was said"}, "text", false}}},
      {"ticket evidence",
       "evidence",
       "",
       "note a piece of evidence",
       {{{"--sha256", Takes::kText, "HASH", "of the file (required)"}, "other", true},
        {{"--text", Takes::kText, "TEXT", "what it is"}, "text", false}}},
      {"ticket submit",
       "submit",
       "",
       "hand in the result",
       {{{"--text", Takes::kText, "TEXT", "the result (required)"}, "text", true}}},
      {"ticket pass",
       "pass_result",
       "",
       "the result is good: follow it up",
       {{{"--text", Takes::kText, "TEXT", "what the citizen is told (required)"}, "text", true}}},
      {"ticket send-back",
       "reject_result",
       "",
       "the result is not good enough",
       {{{"--text", Takes::kText, "TEXT", "what is missing (required)"}, "text", true}}},
      {"ticket satisfied",
       "satisfied",
       "",
       "followed up: the citizen is satisfied",
       {{{"--channel", Takes::kText, "WORD", "voice, sms, visit, letter"}, "what", false},
        {{"--at", Takes::kText, "TIME", "when it really was: 2026-09-28T10:00:00+08:00"},
         "time",
         false},
        {{"--text", Takes::kText, "TEXT", "what he said"}, "text", false}}},
      {"ticket dissatisfied",
       "dissatisfied",
       "",
       "followed up: he is not; it is done again",
       {{{"--text", Takes::kText, "TEXT", "what he said (required)"}, "text", true},
        {{"--channel", Takes::kText, "WORD", "voice, sms, visit, letter"}, "what", false},
        {{"--at", Takes::kText, "TIME", "when it really was: 2026-09-28T10:00:00+08:00"},
         "time",
         false}}},
      {"ticket no-answer",
       "no_answer",
       "",
       "an attempt at the follow-up",
       {{{"--channel", Takes::kText, "WORD", "voice, sms, visit, letter"}, "what", false},
        {{"--at", Takes::kText, "TIME", "when it really was: 2026-09-28T10:00:00+08:00"},
         "time",
         false}}},
      {"ticket unreachable",
       "unreachable",
       "",
       "give the follow-up up, after enough attempts",
       {{{"--text", Takes::kText, "TEXT", "a word"}, "text", false}}},
      {"ticket doubt-contact",
       "doubt_contact",
       "",
       "the latest contact record is wrong",
       {{{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket ask-unreasonable",
       "propose",
       "unreasonable",
       "propose to close it as an unreasonable demand",
       {{{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket unreasonable", "unreasonable", "", "close it so, by another group", {}},
      {"ticket reopen",
       "reopen",
       "",
       "the citizen objects: it is done again",
       {{{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket refer",
       "refer",
       "",
       "refer it to another body or platform",
       {{{"--to", Takes::kText, "NAME", "to whom (required)"}, "other", true},
        {{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket receipt",
       "receipt",
       "",
       "they have taken it",
       {{{"--receipt", Takes::kText, "NUMBER", "its number (required)"}, "other", true}}},
      {"ticket refer-back",
       "refer_back",
       "",
       "they have given it back",
       {{{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket merge",
       "merge",
       "",
       "it lives on in another ticket",
       {{{"--into", Takes::kText, "NUMBER", "the ticket that goes on (required)"}, "other", true},
        {{"--reason", Takes::kText, "WORD", "same_matter, same_external (required)"},
         "reason",
         true},
        {{"--text", Takes::kText, "TEXT", "a word"}, "text", false}}},
      {"ticket unmerge",
       "unmerge",
       "",
       "it was another matter after all",
       {{{"--text", Takes::kText, "TEXT", "why (required)"}, "text", true}}},
      {"ticket withdraw",
       "withdraw",
       "",
       "the citizen takes it back",
       {{{"--identity-checked", Takes::kNothing, "", "it was he (required)"}, "yes", true},
        {{"--text", Takes::kText, "TEXT", "why"}, "text", false}}},
      {"ticket crisis",
       "raise_crisis",
       "",
       "somebody is in danger: P0 at once",
       {{{"--text", Takes::kText, "TEXT", "what was heard (required)"}, "text", true}}},
      {"ticket urge",
       "urge",
       "",
       "urge the unit",
       {{{"--text", Takes::kText, "TEXT", "what about (required)"}, "text", true}}},
      {"ticket supervise",
       "order",
       "",
       "issue a supervision order",
       {{{"--text", Takes::kText, "TEXT", "what must be done (required)"}, "text", true},
        {{"--limit", Takes::kText, "LIMIT", "until when: 2wd"}, "limit", false}}},
      {"ticket answer-order",
       "answer_order",
       "",
       "answer a supervision order",
       {{{"--order", Takes::kCount, "N", "which (required)"}, "number", true},
        {{"--text", Takes::kText, "TEXT", "the answer (required)"}, "text", true}}},
      {"ticket rate",
       "rate",
       "",
       "the citizen's rating of a service",
       {{{"--event", Takes::kText, "ID", "what was rated (required)"}, "other", true},
        {{"--grade", Takes::kCount, "1…5", "5: very satisfied (required)"}, "number", true}}},
      {"ticket note",
       "note",
       "",
       "add what came later",
       {{{"--text", Takes::kText, "TEXT", "what (required)"}, "text", true},
        {{"--message", Takes::kText, "ID", "the message it came with"}, "other", false}}}};
  return steps;
}

absl::Status Fill(Session& session, const StepOption& step, v1::AdvanceTicketRequest& request) {
  const std::string text = session.arguments().Text(step.option.name);
  const std::string_view field = step.field;
  if (field == "unit" || field == "fallback") {
    const auto known = FindUnit(session, step.option.name, text);
    if (!known.ok()) return known.status();
    *(field == "unit" ? request.mutable_unit() : request.mutable_fallback()) = known->unit;
    if (field == "unit") request.set_yes(known->active);
  } else if (field == "time") {
    absl::Time time;
    if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) {
      return UsageError(absl::StrCat(std::string(step.option.name), ": \"", text,
                                     "\" is no time; write 2026-09-28T10:00:00+08:00"));
    }
    *request.mutable_time() = ToProto(time);
  } else if (field == "rules") {
    for (const std::string& rule : SplitList(text)) {
      request.add_rules(rule);
    }
  } else if (field == "yes") {
    request.set_yes(true);
  } else if (field == "number") {
    request.set_number(session.arguments().Count(step.option.name, 0));
  } else {
    const auto* descriptor = v1::AdvanceTicketRequest::descriptor();
    request.GetReflection()->SetString(&request, descriptor->FindFieldByName(std::string(field)),
                                       text);
  }
  return absl::OkStatus();
}

absl::Status Take(Session& session, const StepCommand& step) {
  v1::AdvanceTicketRequest request;
  request.set_act(std::string(step.act));
  request.set_what(std::string(step.what));
  for (const StepOption& option : step.options) {
    const std::string_view name = option.option.name;
    if (session.arguments().Has(name)) {
      const auto status = Fill(session, option, request);
      if (!status.ok()) return status;
    } else if (option.required) {
      return UsageError(absl::StrCat(std::string(step.words), " needs ", std::string(name), ": ",
                                     std::string(option.option.help)));
    }
  }
  const auto client = TicketClient::Connect(session);
  if (!client.ok()) return client.status();
  const auto now = client->Get(session.arguments().operand(0));
  if (!now.ok()) return now.status();
  request.set_request_id(MakeRequestId());
  request.set_ticket_no(now->ticket().ticket_no());
  const auto version = static_cast<int>(now->ticket().version());
  request.set_version(session.arguments().Count("--version", version));
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

std::vector<Command> TicketStepCommands() {
  std::vector<Command> commands;
  for (const StepCommand& step : Steps()) {
    Command command{.words = step.words, .operands = "NUMBER", .summary = step.summary};
    for (const StepOption& option : step.options) command.options.push_back(option.option);
    command.options.push_back(
        {"--version", Takes::kCount, "N", "only if nobody has changed it since this version"});
    command.options.push_back(kAsOption);
    command.run = [&step](Session& session) {
      return Take(session, step);
    };
    commands.push_back(std::move(command));
  }
  return commands;
}

}  // namespace hotline::ctl
