#include "services/ctl/call_text.h"

#include "absl/strings/str_cat.h"

#include "services/ctl/format.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {

using router::v1::Call;
using router::v1::CallRecord;

namespace {

/// A call that nobody has answered waits on; the others waited as long as the router says.
absl::Duration WaitOf(const Call& call, absl::Time now) {
  const bool waits = call.state() == Call::STATE_QUEUED || call.state() == Call::STATE_OFFERED;
  if (waits && call.request().has_request_time())
    return now - FromProto(call.request().request_time());
  return FromProto(call.wait());
}

}  // namespace

std::string DescribeTarget(const router::v1::Target& target) {
  if (target.kind() == router::v1::TARGET_KIND_UNSPECIFIED) return "";
  return absl::StrCat(Word(target.kind()), " ", target.id());
}

Table LiveCallTable() {
  return Table({"CALL", "QUEUE", "ENTRY", "STATE", "FOR>", "WAIT>", "WITH"});
}

void AddLiveCall(const Call& call, absl::Time now, Table& table) {
  const bool since = call.has_state_time();
  table.Add({call.request().call_id(), call.request().queue(), call.request().entry(),
             Word(call.state()), since ? FormatSpan(now - FromProto(call.state_time())) : "",
             FormatSpan(WaitOf(call, now)), DescribeTarget(call.target())});
}

Table EndedCallTable() {
  return Table(
      {"ENDED", "CALL", "QUEUE", "ENTRY", "RESULT", "CAUSE", "WAIT>", "TALK>", "ANSWERED BY"});
}

void AddEndedCall(const CallRecord& record, absl::TimeZone zone, Table& table) {
  const absl::Time end = FromProto(record.end_time());
  const bool answered = record.has_answer_time();
  const absl::Time wait_end = answered ? FromProto(record.answer_time()) : end;
  table.Add({FormatDate(end, zone), record.request().call_id(), record.request().queue(),
             record.request().entry(), Code(record.result()), Word(record.cause()),
             record.request().has_request_time()
                 ? FormatSpan(wait_end - FromProto(record.request().request_time()))
                 : "",
             answered ? FormatSpan(end - wait_end) : "", DescribeTarget(record.answered_by())});
}

namespace {

void AddRows(const router::v1::Candidates& candidates, std::string& text) {
  for (const auto& row : candidates.rows()) absl::StrAppend(&text, "    ", row.text(), "\n");
  const uint32_t more = candidates.left_off() + candidates.unseen();
  if (more > 0) absl::StrAppend(&text, "    and ", more, " more\n");
}

}  // namespace

std::string ExplanationText(const router::v1::ExplainCallResponse& why, absl::TimeZone zone) {
  std::string text = absl::StrCat("call ", why.call_id(), why.live() ? "" : " (over)", ", policy ",
                                  why.policy_version(), "\n");
  for (const auto& decision : why.decisions()) {
    absl::StrAppend(&text, FormatClock(FromProto(decision.time()), zone), "  ", decision.text(),
                    "\n");
    if (decision.has_candidates()) AddRows(decision.candidates(), text);
  }
  if (!why.has_candidates()) return text;
  absl::StrAppend(&text, "It waits. Of the seats and stations, as they are now:\n");
  AddRows(why.candidates(), text);
  return text;
}

}  // namespace hotline::ctl
