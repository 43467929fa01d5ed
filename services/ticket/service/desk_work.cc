// What people do with a ticket beside writing in it: marks, the rows of the life cycle, the number
// in clear.
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/ticket/core/ticket_life.h"
#include "services/ticket/service/convert.h"
#include "services/ticket/service/convert_work.h"
#include "services/ticket/service/desk.h"
#include "services/ticket/service/desk_parts.h"

namespace hotline::ticket {
namespace {

using Code = Problem::Code;

constexpr int kMaxRules = 50;  ///< of a dispatch
constexpr int kMaxWord = 200;  ///< characters of a code or a number

/// What the store can write, and nobody mistypes.
bool IsSane(const google::protobuf::Timestamp& time) {
  constexpr int64_t kYear2000 = 946'684'800, kYear2100 = 4'102'444'800;
  return time.seconds() >= kYear2000 && time.seconds() < kYear2100 && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

absl::StatusOr<Do> ToCommand(const v1::AdvanceTicketRequest& request) {
  Do command{ParseAct(request.act()), request.version(), {}};
  std::vector<Problem> problems;
  if (command.act == Act::kNone || command.act == Act::kUnmask) {
    problems.push_back({"act", Code::kUnknown, "act is not one that a ticket has", 0});
  }
  Particulars& with = command.with;
  with.what = request.what();
  with.reason = request.reason();
  with.text = request.text();
  with.other = request.other();
  with.unit = {request.unit().org(), request.unit().path()};
  with.fallback = {request.fallback().org(), request.fallback().path()};
  with.rules = {request.rules().begin(), request.rules().end()};
  with.yes = request.yes();
  with.number = request.number();
  if (request.has_time()) {
    if (IsSane(request.time())) {
      with.time = FromProto(request.time());
    } else {
      problems.push_back(
          {"time", Code::kMalformed, "time is before 2000, after 2100 or no time", 0});
    }
  }
  if (!request.limit().empty()) {
    const auto limit = ParseTimeLimit(request.limit());
    if (limit.ok()) with.limit = *limit;
    if (!limit.ok()) {
      problems.push_back({"limit", Code::kMalformed, std::string(limit.status().message()), 0});
    }
  }
  std::vector<std::pair<std::string, const std::string*>> texts = {
      {"text", &with.text},
      {"what", &with.what},
      {"reason", &with.reason},
      {"other", &with.other},
      {"unit", &with.unit.org},
      {"unit", &with.unit.path},
      {"fallback", &with.fallback.org},
      {"fallback", &with.fallback.path}};
  if (with.rules.size() > kMaxRules) with.rules.resize(kMaxRules);  // refused below
  for (const std::string& rule : with.rules) texts.emplace_back("rules", &rule);
  for (const auto& [field, text] : texts) {
    const int length = CountCharacters(*text), most = field == "text" ? kMaxText : kMaxWord;
    if (length < 0 || length > most || text->find('\0') != text->npos) {
      problems.push_back(
          {field, Code::kTooLong, absl::StrCat(field, " is too long or no text"), most});
    }
  }
  if (request.rules_size() > kMaxRules) {
    problems.push_back({"rules", Code::kTooMany, "rules has too many values", kMaxRules});
  }
  if (!problems.empty()) return InvalidRequest(std::move(problems));
  return command;
}

}  // namespace

absl::Status TicketDesk::TellParent(TicketWriter& db, const Ticket& part) {
  if (part.parent_no.empty() || !IsOver(part.state)) return absl::OkStatus();
  const auto row = db.FindToChange(part.parent_no);
  if (!row) return absl::OkStatus();
  auto whole = FromRow(*row);
  if (!whole.ok()) return whole.status();
  const Ticket before = *whole;
  TicketLife life(options_.policy, *std::move(whole));
  Particulars with;
  with.other = part.ticket_no;
  with.yes = true;
  const Do command{Act::kChildClosed, life.ticket().version, std::move(with)};
  const Decision decision = life.Step(Now(), SystemActor(), command);
  // A whole that has ended before its part need not hear of it.
  if (decision.events.empty()) return absl::OkStatus();
  db.Update(ToRow(life), EventRows(decision.events));
  PostNotice(db, before, life.ticket());
  return absl::OkStatus();
}

absl::StatusOr<v1::ClassifyTicketResponse> TicketDesk::Classify(
    const Actor& actor, const v1::ClassifyTicketRequest& request) {
  auto marks = FromProto(request.marks());
  if (!marks) {
    return InvalidRequest(
        {{"marks", Code::kUnknown, "priority, secrecy or matter is not one of its words", 0}});
  }
  ticket::Classify classify{
      request.version(),
      *std::move(marks),
      {request.update_mask().paths().begin(), request.update_mask().paths().end()}};
  return Wrap<v1::ClassifyTicketResponse>(Change({actor, request.request_id(), HashOf(request)},
                                                 request.ticket_no(), std::move(classify)));
}

absl::StatusOr<v1::AdvanceTicketResponse> TicketDesk::Advance(
    const Actor& actor, const v1::AdvanceTicketRequest& request) {
  const auto command = ToCommand(request);
  if (!command.ok()) return command.status();
  return Wrap<v1::AdvanceTicketResponse>(
      Change({actor, request.request_id(), HashOf(request)}, request.ticket_no(), *command));
}

absl::StatusOr<v1::UnmaskCallerResponse> TicketDesk::Unmask(
    const Actor& actor, const v1::UnmaskCallerRequest& request) {
  Particulars with;
  with.text = request.reason();
  // Written first: nobody sees a number without a trace.
  const auto noted = Change({actor, request.request_id(), HashOf(request)}, request.ticket_no(),
                            Do{Act::kUnmask, 0, std::move(with)});
  if (!noted.ok()) return noted.status();
  CallerColumns caller;
  const auto read = store_.Read([&](TicketReader& db) {
    caller = db.Caller(request.ticket_no());
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  v1::UnmaskCallerResponse response;
  if (caller.sealed.empty()) return response;
  const auto number = vault_.Unseal(caller.sealed);
  if (!number.ok()) return number.status();
  response.set_caller(std::string(number->Unmasked()));
  return response;
}

}  // namespace hotline::ticket
