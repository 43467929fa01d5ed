#include "services/ticket/core/event.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace hotline::ticket {
namespace {

struct KindNames {
  std::string_view operator()(const Opened&) const { return "opened"; }

  std::string_view operator()(const CallLinked&) const { return "call_linked"; }

  std::string_view operator()(const CallerNoted&) const { return "caller_noted"; }

  std::string_view operator()(const CallEnded&) const { return "call_ended"; }

  std::string_view operator()(const Edited&) const { return "edited"; }

  std::string_view operator()(const Registered&) const { return "registered"; }

  std::string_view operator()(const Closed&) const { return "closed"; }

  std::string_view operator()(const Classified&) const { return "classified"; }

  std::string_view operator()(const Acted& e) const { return FormatAct(e.act); }

  std::string_view operator()(const Warned&) const { return "warned"; }
};

std::string OriginText(const Origin& origin) {
  std::string text;
  if (!origin.call_id.empty()) absl::StrAppend(&text, " call ", origin.call_id);
  if (!origin.entry.empty()) absl::StrAppend(&text, " entry ", origin.entry);
  if (!origin.queue.empty()) absl::StrAppend(&text, " queue ", origin.queue);
  if (!origin.answered_by.empty()) absl::StrAppend(&text, " answered by ", origin.answered_by);
  return text;
}

struct Details {
  std::string operator()(const Opened& e) const {
    return absl::StrCat(" ", e.ticket_no, OriginText(e.origin), ", first contact ",
                        e.first_contact);
  }

  std::string operator()(const CallLinked& e) const { return OriginText(e.origin); }

  std::string operator()(const CallerNoted& e) const { return absl::StrCat(" ", e.masked); }

  std::string operator()(const CallEnded&) const { return ""; }

  std::string operator()(const Edited& e) const {
    return absl::StrCat(": ", absl::StrJoin(e.fields, ", "));
  }

  std::string operator()(const Registered& e) const { return e.automatic ? " automatically" : ""; }

  std::string operator()(const Closed& e) const {
    return absl::StrCat(" ", std::string(FormatClosure(e.closure)));
  }

  std::string operator()(const Classified& e) const {
    return absl::StrCat(": ", absl::StrJoin(e.fields, ", "));
  }

  std::string operator()(const Acted& e) const {
    std::string text;
    const Particulars& with = e.with;
    if (!with.what.empty()) absl::StrAppend(&text, " ", with.what);
    if (!with.reason.empty()) absl::StrAppend(&text, " ", with.reason);
    if (!with.unit.org.empty()) absl::StrAppend(&text, " ", with.unit.org);
    if (!with.other.empty()) absl::StrAppend(&text, " ", with.other);
    if (with.number != 0) absl::StrAppend(&text, " ", with.number);
    if (with.limit) absl::StrAppend(&text, " ", FormatTimeLimit(with.limit));
    if (!with.rules.empty()) absl::StrAppend(&text, " by ", absl::StrJoin(with.rules, " "));
    if (with.late) absl::StrAppend(&text, ", late");
    return absl::StrCat(text, " → ", std::string(FormatState(e.to)));
  }

  std::string operator()(const Warned& e) const {
    return absl::StrCat(" ", std::string(FormatStage(e.stage)), " ",
                        std::string(FormatClockKind(e.clock)), e.late_fired ? ", late_fired" : "");
  }
};

}  // namespace

std::string_view KindOf(const EventBody& body) {
  return std::visit(KindNames(), body);
}

std::string FormatEvent(const Event& event) {
  return absl::StrCat(event.version, " ", std::string(KindOf(event.body)), " by ", event.account,
                      std::visit(Details(), event.body));
}

}  // namespace hotline::ticket
