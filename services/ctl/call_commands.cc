// call list and call callbacks (the router's view, live or ended), call explain (why a call is
// there) and call live (the call service's own).
#include <algorithm>
#include <ostream>
#include <set>

#include "services/base/ids.h"
#include "services/ctl/call_text.h"
#include "services/ctl/commands.h"
#include "services/ctl/format.h"
#include "services/ctl/json.h"
#include "services/ctl/probes.h"
#include "services/ctl/session.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

constexpr int kDefaultLimit = 100;
/// Records of a page: with their legs they must fit into one gRPC message.
constexpr int kPageSize = 200;

using router::v1::Call;
using router::v1::CallRecord;

/// Ended calls, newest first, page by page; a limit of 0 means all.
absl::StatusOr<std::vector<CallRecord>> ReadEnded(Session& session, size_t limit) {
  std::vector<CallRecord> records;
  router::v1::ListCallsRequest request;
  request.set_ended(true);
  do {
    const size_t left = limit == 0 ? kPageSize : limit - records.size();
    request.set_page_size(static_cast<int>(std::min<size_t>(left, kPageSize)));
    auto page = session.Ask(request);
    if (!page.ok()) return page.status();
    for (CallRecord& record : *page->mutable_ended()) records.push_back(std::move(record));
    if (page->next_page_token() == request.page_token()) break;
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && (limit == 0 || records.size() < limit));
  if (limit != 0 && records.size() > limit) records.resize(limit);
  return records;
}

/// All live calls, longest wait first. A call that moves between two pages is shown once or not at
/// all.
absl::StatusOr<std::vector<Call>> ReadLive(Session& session) {
  std::vector<Call> calls;
  std::set<std::string> seen;
  router::v1::ListCallsRequest request;
  do {
    auto page = session.Ask(request);
    if (!page.ok()) return page.status();
    for (Call& call : *page->mutable_calls()) {
      if (seen.insert(call.request().call_id()).second) calls.push_back(std::move(call));
    }
    if (page->next_page_token() == request.page_token()) break;
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return calls;
}

absl::Status ListEndedCalls(Session& session) {
  const int limit = session.arguments().Count("--limit", kDefaultLimit);
  const auto records = ReadEnded(session, static_cast<size_t>(limit));
  if (!records.ok()) return records.status();
  if (session.json()) {
    session.PrintJson(ToJsonArray(*records));
    return absl::OkStatus();
  }
  Table table = EndedCallTable();
  for (const CallRecord& record : *records) AddEndedCall(record, absl::LocalTimeZone(), table);
  session.out() << table.Render();
  return absl::OkStatus();
}

absl::Status ListCalls(Session& session) {
  if (session.arguments().Has("--ended")) return ListEndedCalls(session);
  if (session.arguments().Has("--limit")) return UsageError("--limit is only for --ended");
  const auto calls = ReadLive(session);
  if (!calls.ok()) return calls.status();
  if (session.json()) {
    session.PrintJson(ToJsonArray(*calls));
    return absl::OkStatus();
  }
  Table table = LiveCallTable();
  for (const Call& call : *calls) AddLiveCall(call, absl::Now(), table);
  session.out() << table.Render();
  return absl::OkStatus();
}

absl::Status ExplainCall(Session& session) {
  router::v1::ExplainCallRequest request;
  request.set_call_id(session.arguments().operand(0));
  if (!ParseCallId(request.call_id())) return UsageError("ID is the id of a call: 13 characters");
  const auto why = session.Ask(request);
  if (!why.ok()) return why.status();
  if (session.json()) {
    session.PrintJson(ToJson(*why));
  } else {
    session.out() << ExplanationText(*why, absl::LocalTimeZone());
  }
  return absl::OkStatus();
}

absl::Status ListLive(Session& session) {
  const auto endpoints = session.FindEndpoints();
  if (!endpoints.ok()) return endpoints.status();
  if (endpoints->call.empty()) return NotKnown(*endpoints, "the call service", "--call");
  const auto response = AskLiveCalls(endpoints->call, session.timeout());
  if (!response.ok()) return response.status();
  if (session.json()) {
    session.PrintJson(ToJsonArray(response->calls()));
    return absl::OkStatus();
  }
  Table table({"CALL", "QUEUE", "ENTRY", "STATE", "SINCE INVITE>", "WITH"});
  for (const auto& call : response->calls()) {
    const bool since = call.request().has_arrive_time();
    table.Add({call.request().call_id(), call.request().queue(), call.request().entry(),
               Word(call.state()),
               since ? FormatSpan(absl::Now() - FromProto(call.request().arrive_time())) : "",
               DescribeTarget(call.target())});
  }
  session.out() << table.Render();
  return absl::OkStatus();
}

absl::Status ListCallbacks(Session& session) {
  const auto response = session.Ask(router::v1::ListCallbacksRequest());
  if (!response.ok()) return response.status();
  if (session.json()) {
    session.PrintJson(ToJsonArray(response->callbacks()));
    return absl::OkStatus();
  }
  Table table({"CALL-BACK", "OF CALL", "QUEUE", "STATE", "VIRTUAL WAIT>", "ATTEMPTS>", "LOOK IN>"});
  for (const auto& callback : response->callbacks()) {
    const bool rests = callback.state() == Call::STATE_QUEUED && !callback.due();
    table.Add({callback.callback_id(), callback.origin_id(), callback.queue(),
               rests ? "rests" : Word(callback.state()),
               FormatSpan(absl::Now() - FromProto(callback.request_time())),
               std::to_string(callback.attempts()),
               callback.has_next_time() ? FormatSpan(FromProto(callback.next_time()) - absl::Now())
                                        : ""});
  }
  session.out() << table.Render();
  return absl::OkStatus();
}

absl::Status CancelCallback(Session& session) {
  router::v1::CancelCallbackRequest request;
  request.set_request_id(MakeRequestId());
  request.set_callback_id(session.arguments().operand(0));
  const auto response = session.Ask(request);
  if (!response.ok()) return response.status();
  if (session.json()) {
    session.PrintJson(boost::json::object{{"cancelled", request.callback_id()}});
  } else {
    session.out() << "call-back " << request.callback_id() << " is cancelled\n";
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> CallCommands() {
  return {
      {.words = "call list",
       .summary = "live calls, longest wait first; or ended ones",
       .options = {{"--ended", Takes::kNothing, "", "ended calls, newest first"},
                   {"--limit", Takes::kCount, "N",
                    "at most N ended calls, 0: all there are (100)"}},
       .details = "--ended --json holds each call's result (T01 … T14), cause, times and legs.\n",
       .run = &ListCalls},
      {.words = "call explain",
       .operands = "ID",
       .summary = "why a call is where it is: what was decided, who could take it and who not",
       .details =
           "The router keeps its last thousands of decisions, and forgets them at a restart. Of a\n"
           "sample of offers, and of a call that waits, every seat and station is shown with the\n"
           "reason why it does not take the call.\n",
       .run = &ExplainCall},
      {.words = "call callbacks",
       .summary = "call-backs that are booked and not over, by virtual start",
       .run = &ListCallbacks},
      {.words = "call cancel-callback",
       .operands = "ID",
       .summary = "the caller does not want to be called back any more",
       .run = &CancelCallback},
      {.words = "call live",
       .summary = "live calls as the call service knows them",
       .details = "The SIP side's truth, to compare with `call list`.\n",
       .run = &ListLive}};
}

}  // namespace hotline::ctl
