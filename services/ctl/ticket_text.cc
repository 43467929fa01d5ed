#include "services/ctl/ticket_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "services/ctl/format.h"
#include "services/ctl/identity.h"
#include "services/ctl/json.h"
#include "services/ctl/table.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
namespace v1 = ticket::v1;

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

value ClockJson(const v1::TicketClock& clock) {
  array earlier;
  for (const auto& time : clock.earlier_due_times()) earlier.push_back(TimeToJson(FromProto(time)));
  return object{{"kind", clock.kind()},
                {"limit", clock.limit()},
                {"start_time", TimeOrNull(clock.has_start_time(), clock.start_time())},
                {"due_time", TimeOrNull(clock.has_due_time(), clock.due_time())},
                {"stop_time", TimeOrNull(clock.has_stop_time(), clock.stop_time())},
                {"done_time", TimeOrNull(clock.has_done_time(), clock.done_time())},
                {"earlier_due_times", std::move(earlier)},
                {"stage", clock.stage()}};
}

value MarksJson(const v1::TicketMarks& marks) {
  return object{{"priority", marks.priority()},
                {"secrecy", marks.secrecy()},
                {"matter", marks.matter()},
                {"risk", marks.risk()},
                {"no_voice", marks.no_voice()},
                {"no_contact", marks.no_contact()},
                {"respondents", Words(marks.respondents())},
                {"external_source", marks.external_source()},
                {"external_no", marks.external_no()},
                {"case_code", marks.case_code()},
                {"group_event", marks.group_event()},
                {"head_count", marks.head_count()}};
}

/// "Sat 2026-10-10 24:00": a deadline at midnight is the end of a day, not the start of the next.
std::string DeadlineText(absl::Time due, absl::TimeZone zone) {
  const bool midnight = absl::FormatTime("%H:%M:%E*S", due, zone) == "00:00:00";
  if (midnight) return absl::FormatTime("%a %Y-%m-%d 24:00", due - absl::Hours(12), zone);
  return absl::FormatTime("%a %Y-%m-%d %H:%M", due, zone);
}

bool IsOwed(const v1::TicketClock& clock) {
  return !clock.has_done_time() && !clock.has_stop_time() && clock.has_due_time() &&
         clock.kind() != "return" && clock.kind() != "wait_info" && clock.kind() != "suspension";
}

bool IsOver(v1::Ticket::State state) {
  return state == v1::Ticket::STATE_CLOSED || state == v1::Ticket::STATE_ARCHIVED ||
         state == v1::Ticket::STATE_VOID;
}

std::string StepWord(const v1::TicketStep& step) {
  return step.what().empty() ? step.act() : absl::StrCat(step.act(), " ", step.what());
}

std::string ClockText(const v1::TicketClock& clock, absl::TimeZone zone) {
  std::string text = absl::StrCat(clock.kind(), " ", clock.limit());
  if (clock.has_due_time()) {
    absl::StrAppend(&text, " until ", DeadlineText(FromProto(clock.due_time()), zone));
  }
  for (const auto& earlier : clock.earlier_due_times()) {
    absl::StrAppend(&text, ", was ", DeadlineText(FromProto(earlier), zone));
  }
  if (clock.has_done_time()) {
    absl::StrAppend(&text, ", done ", FormatDate(FromProto(clock.done_time()), zone));
  } else if (clock.has_stop_time()) {
    absl::StrAppend(&text, ", stands still since ", FormatDate(FromProto(clock.stop_time()), zone));
  }
  if (clock.stage() != "none" && !clock.stage().empty()) {
    absl::StrAppend(&text, ", warned: ", clock.stage());
  }
  return text;
}

}  // namespace

std::string StateWord(v1::Ticket::State state) {
  return EnumWord("STATE_", v1::Ticket::State_Name(state));
}

const v1::TicketClock* NextClock(const v1::Ticket& ticket) {
  const v1::TicketClock* next = nullptr;
  if (IsOver(ticket.state())) return next;
  for (const v1::TicketClock& clock : ticket.clocks()) {
    if (!IsOwed(clock)) continue;
    if (next == nullptr || FromProto(clock.due_time()) < FromProto(next->due_time())) next = &clock;
  }
  return next;
}

std::string DueText(const v1::Ticket& ticket, absl::Time now, absl::TimeZone zone) {
  const v1::TicketClock* clock = NextClock(ticket);
  if (clock == nullptr) return "";
  const absl::Time due = FromProto(clock->due_time());
  if (due < now) return absl::StrCat(clock->kind(), " ", FormatSpan(now - due), " over");
  return absl::StrCat(clock->kind(), " ", DeadlineText(due, zone));
}

std::string TicketTable(std::span<const v1::Ticket> tickets, absl::Time now, absl::TimeZone zone) {
  Table table({"TICKET", "STATE", "VERSION>", "OPENED", "PRIORITY", "WITH", "OWED", "FIRST CONTACT",
               "CALLER", "CATEGORY", "CALL", "TITLE"});
  for (const v1::Ticket& ticket : tickets) {
    table.Add({ticket.ticket_no(), StateWord(ticket.state()), absl::StrCat(ticket.version()),
               FormatDate(FromProto(ticket.create_time()), zone), ticket.marks().priority(),
               ticket.lead().org(), DueText(ticket, now, zone), ticket.first_contact(),
               ticket.caller_masked(), CategoryWord(ticket.content().category()), ticket.call_id(),
               ticket.content().title()});
  }
  return table.Render();
}

std::string TicketLine(const v1::Ticket& ticket, absl::Time now, absl::TimeZone zone) {
  std::string line = absl::StrCat(ticket.ticket_no(), " is ", StateWord(ticket.state()));
  if (ticket.closure() != v1::CLOSURE_UNSPECIFIED) {
    absl::StrAppend(&line, " (", EnumWord("CLOSURE_", v1::Closure_Name(ticket.closure())), ")");
  }
  absl::StrAppend(&line, ", version ", ticket.version());
  if (!ticket.lead().org().empty()) absl::StrAppend(&line, ", with ", ticket.lead().org());
  if (!ticket.proposal().empty()) {
    absl::StrAppend(&line, ", ", ticket.proposal(), " asked by ", ticket.proposed_by());
  }
  const std::string due = DueText(ticket, now, zone);
  if (!due.empty()) absl::StrAppend(&line, ", owed: ", due);
  return line;
}

std::string TicketSheet(const v1::GetTicketResponse& response, absl::Time now,
                        absl::TimeZone zone) {
  const v1::Ticket& ticket = response.ticket();
  const v1::TicketContent& content = ticket.content();
  std::string sheet;
  const auto line = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) absl::StrAppend(&sheet, std::string(name), ": ", text, "\n");
  };
  line("ticket", absl::StrCat(ticket.ticket_no(), ", ", StateWord(ticket.state())));
  line("now", TicketLine(ticket, now, zone));
  line("call", ticket.call_id());
  line("answered by", ticket.answered_by());
  line("first contact", ticket.first_contact());
  line("caller", ticket.caller_masked());
  line("category", CategoryWord(content.category()));
  line("priority", ticket.marks().priority());
  if (ticket.marks().secrecy() != "ordinary") line("secrecy", ticket.marks().secrecy());
  if (ticket.marks().matter() != "none") line("matter", ticket.marks().matter());
  line("part of", ticket.parent_no());
  line("outcomes", absl::StrJoin(content.outcomes(), " "));
  line("groups", absl::StrJoin(content.groups(), " "));
  line("title", content.title());
  line("demand", content.demand());
  line("answer", content.answer());
  line("result", ticket.result());
  line("public answer", ticket.public_answer());
  if (response.earlier_size() > 0) {
    line("earlier tickets of this caller", absl::StrCat(response.earlier_size()));
  }
  for (const v1::TicketClock& clock : ticket.clocks()) line("clock", ClockText(clock, zone));
  return absl::StrCat(sheet, StepsText(response), "\n");
}

std::string HistoryText(const v1::GetTicketResponse& response, absl::TimeZone zone) {
  std::string text;
  for (const v1::TicketEvent& event : response.events()) {
    absl::StrAppend(&text, FormatDate(FromProto(event.time()), zone), "  ", event.version(), "  ",
                    event.account(), ": ", event.kind());
    if (!event.reason().empty()) absl::StrAppend(&text, " (", event.reason(), ")");
    if (!event.org().empty()) absl::StrAppend(&text, " → ", event.org());
    if (!event.other().empty()) absl::StrAppend(&text, " [", event.other(), "]");
    if (event.fields_size() > 0) absl::StrAppend(&text, ": ", absl::StrJoin(event.fields(), ", "));
    if (event.late()) absl::StrAppend(&text, ", later than due");
    text += "\n";
    if (!event.text().empty()) absl::StrAppend(&text, "    “", event.text(), "”\n");
    if (event.rules_size() > 0) {
      absl::StrAppend(&text, "    by rules: ", absl::StrJoin(event.rules(), ", "), "\n");
    }
    for (const v1::TicketClock& clock : event.clocks()) {
      absl::StrAppend(&text, "    ", ClockText(clock, zone), "\n");
    }
  }
  return text;
}

std::string StepsText(const v1::GetTicketResponse& response) {
  std::vector<std::string> mine, others;
  for (const v1::TicketStep& step : response.steps()) {
    if (step.allowed()) {
      mine.push_back(step.reason().empty()
                         ? StepWord(step)
                         : absl::StrCat(StepWord(step), " (", step.reason(), ")"));
      continue;
    }
    std::vector<std::string> roles;
    for (const int role : step.roles()) roles.push_back(RoleWord(role));
    others.push_back(absl::StrCat(StepWord(step), " (", absl::StrJoin(roles, ", "), ")"));
  }
  return absl::StrCat("open to you now: ", mine.empty() ? "nothing" : absl::StrJoin(mine, ", "),
                      others.empty() ? "" : "\nfor others: ", absl::StrJoin(others, ", "));
}

value ToJson(const v1::Ticket& ticket) {
  const v1::TicketContent& content = ticket.content();
  const v1::TicketClock* owed = NextClock(ticket);
  array clocks;
  for (const v1::TicketClock& clock : ticket.clocks()) clocks.push_back(ClockJson(clock));
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
      {"subcategory", content.subcategory()},
      {"title", content.title()},
      {"demand", content.demand()},
      {"answer", content.answer()},
      {"groups", Words(content.groups())},
      {"citizen_name", content.citizen_name()},
      {"division", content.division()},
      {"outcomes", Words(content.outcomes())},
      {"language", content.language()},
      {"confidential", content.confidential()},
      {"closure", EnumWord("CLOSURE_", v1::Closure_Name(ticket.closure()))},
      {"registered_automatically", ticket.registered_automatically()},
      {"create_time", TimeOrNull(ticket.has_create_time(), ticket.create_time())},
      {"call_end_time", TimeOrNull(ticket.has_call_end_time(), ticket.call_end_time())},
      {"register_due_time", TimeOrNull(ticket.has_register_due_time(), ticket.register_due_time())},
      {"register_time", TimeOrNull(ticket.has_register_time(), ticket.register_time())},
      {"close_time", TimeOrNull(ticket.has_close_time(), ticket.close_time())},
      {"update_time", TimeOrNull(ticket.has_update_time(), ticket.update_time())},
      {"updated_by", ticket.updated_by()},
      {"marks", MarksJson(ticket.marks())},
      {"lead", ticket.lead().org()},
      {"lead_path", ticket.lead().path()},
      {"owed", owed == nullptr ? value(nullptr) : value(owed->kind())},
      {"due_time", owed == nullptr ? value(nullptr) : TimeToJson(FromProto(owed->due_time()))},
      {"clocks", std::move(clocks)},
      {"parent_no", ticket.parent_no()},
      {"result", ticket.result()},
      {"public_answer", ticket.public_answer()},
      {"proposal", ticket.proposal()},
      {"proposed_by", ticket.proposed_by()},
      {"stage", ticket.stage()},
  };
}

value ToJson(const v1::TicketEvent& event) {
  array clocks;
  for (const v1::TicketClock& clock : event.clocks()) clocks.push_back(ClockJson(clock));
  return object{{"version", event.version()},
                {"time", TimeToJson(FromProto(event.time()))},
                {"account", event.account()},
                {"kind", event.kind()},
                {"fields", Words(event.fields())},
                {"text", event.text()},
                {"reason", event.reason()},
                {"org", event.org()},
                {"other", event.other()},
                {"rules", Words(event.rules())},
                {"late", event.late()},
                {"clocks", std::move(clocks)}};
}

value ToJson(const v1::TicketStep& step) {
  array roles, inputs;
  for (const int role : step.roles()) roles.emplace_back(RoleWord(role));
  for (const auto& input : step.inputs()) {
    inputs.push_back(object{{"field", input.field()},
                            {"required", input.required()},
                            {"choices", Words(input.choices())}});
  }
  return object{{"act", step.act()},          {"what", step.what()},
                {"to", StateWord(step.to())}, {"allowed", step.allowed()},
                {"reason", step.reason()},    {"roles", std::move(roles)},
                {"inputs", std::move(inputs)}};
}

value ToJson(const v1::GetTicketResponse& response) {
  array events, earlier, steps;
  for (const v1::TicketEvent& event : response.events()) events.push_back(ToJson(event));
  for (const v1::Ticket& ticket : response.earlier()) earlier.emplace_back(ticket.ticket_no());
  for (const v1::TicketStep& step : response.steps()) steps.push_back(ToJson(step));
  return object{{"ticket", ToJson(response.ticket())},
                {"events", std::move(events)},
                {"earlier", std::move(earlier)},
                {"steps", std::move(steps)}};
}

value ToJson(const v1::SuggestDispatchResponse& suggestion) {
  array candidates;
  for (const auto& candidate : suggestion.candidates()) {
    candidates.push_back(object{{"org", candidate.unit().org()},
                                {"path", candidate.unit().path()},
                                {"name", candidate.name()},
                                {"why_not", candidate.why_not()},
                                {"open", candidate.open()},
                                {"capacity", candidate.capacity()}});
  }
  return object{{"unit", suggestion.unit().org()},
                {"path", suggestion.unit().path()},
                {"fallback", suggestion.fallback().org()},
                {"limit", suggestion.limit()},
                {"feedback", suggestion.feedback()},
                {"rules", Words(suggestion.rules())},
                {"candidates", std::move(candidates)},
                {"directory_revision", suggestion.directory_revision()}};
}

}  // namespace hotline::ctl
