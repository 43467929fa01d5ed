// How tickets come to be: for people, once for each call and for each number of another system.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "services/base/ids.h"
#include "services/ticket/core/ticket_number.h"
#include "services/ticket/core/visibility.h"
#include "services/ticket/service/convert.h"
#include "services/ticket/service/desk.h"
#include "services/ticket/service/desk_parts.h"

namespace hotline::ticket {
namespace {

using Code = Problem::Code;

constexpr size_t kMaxEntry = 32;

bool IsEntry(std::string_view text) {
  return text.size() <= kMaxEntry && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

}  // namespace

absl::Status TicketDesk::Insert(TicketWriter& db, const Actor& actor, Open open,
                                v1::Ticket& ticket) {
  const absl::Time now = Now();
  const absl::CivilDay day(absl::ToCivilDay(now + options_.utc_offset, absl::UTCTimeZone()));
  const int64_t serial =
      db.NextSerial(absl::FormatTime("%y%m%d", now + options_.utc_offset, absl::UTCTimeZone()));
  if (serial > kMaxSerial) {
    return absl::ResourceExhaustedError("the day's ticket numbers are used up");
  }
  open.ticket_no = FormatTicketNumber(options_.org_code, day, static_cast<int>(serial));
  TicketLife life(options_.policy);
  const bool has_call = !open.origin.call_id.empty();
  const Decision decision = life.Step(now, actor, std::move(open));
  if (decision.refusal) {
    return ToStatus(*decision.refusal, Shown(life.ticket(), options_.policy, actor));
  }
  db.Insert(ToRow(life), EventRows(decision.events),
            {.state = has_call ? CallerColumns::State::kPending : CallerColumns::State::kNoCall});
  ticket = ToProto(life.ticket(), options_.policy);
  // Not looked up again: whoever was first meanwhile is found when the work starts again.
  const Marks& marks = life.ticket().marks;
  if (!marks.external_no.empty()) {
    db.ClaimExternal(life.ticket().ticket_no, marks.external_source, marks.external_no);
  }
  return absl::OkStatus();
}

// ---- one ticket for a number of another system (I11) ----

absl::StatusOr<std::optional<TicketRow>> TicketDesk::FindExternal(TicketWriter& db,
                                                                  const Actor& actor,
                                                                  const std::string& source,
                                                                  const std::string& number) {
  if (number.empty()) return std::nullopt;
  const auto ticket_no = db.FindExternal(source, number);
  if (!ticket_no) return std::nullopt;
  auto row = db.Find(*ticket_no);
  if (!row) return absl::DataLossError("an external number belongs to a ticket that is not there");
  const auto ticket = FromRow(*row);
  if (!ticket.ok()) return ticket.status();
  if (!MaySee(*ticket, actor)) {
    return absl::PermissionDeniedError(
        "there is a ticket with this external number, which is not for this account");
  }
  return row;
}

absl::Status TicketDesk::ClaimExternal(TicketWriter& db, const Actor& actor, const Marks& before,
                                       const Ticket& after) {
  const std::string &source = after.marks.external_source, &number = after.marks.external_no;
  if (source == before.external_source && number == before.external_no) return absl::OkStatus();
  const auto there = FindExternal(db, actor, source, number);
  if (!there.ok()) return there.status();
  if (*there && (*there)->ticket_no != after.ticket_no) {
    return absl::AlreadyExistsError(
        absl::StrCat("ticket ", (*there)->ticket_no,
                     " has this external number: go on with it, or merge this one into it"));
  }
  db.ClaimExternal(after.ticket_no, source, number);
  return absl::OkStatus();
}

absl::Status TicketDesk::OpenOrFind(TicketWriter& db, const Actor& actor, Open open,
                                    v1::Ticket& ticket, bool& changed) {
  auto there = FindExternal(db, actor, open.external_source, open.external_no);
  if (!there.ok()) return there.status();
  std::optional<TicketRow> row = *std::move(there);
  const bool has_number = row.has_value();
  if (!row && !open.origin.call_id.empty()) row = db.FindByCall(open.origin.call_id);
  if (!row) {
    changed = true;
    return Insert(db, actor, std::move(open), ticket);
  }
  auto found = FromRow(*row);
  if (!found.ok()) return found.status();
  if (!MaySee(*found, actor)) return absl::NotFoundError(kNothing);
  ticket = ToProto(*found, options_.policy);
  if (has_number || open.external_no.empty() || !found->marks.external_no.empty()) {
    return absl::OkStatus();
  }
  // The call's draft was there first: it is the ticket of the number from now on.
  const ticket::Classify number{
      found->version,
      {.external_source = open.external_source, .external_no = open.external_no},
      {"external_source", "external_no"}};
  std::optional<v1::Ticket> after;
  if (auto status = StepIn(db, *row, actor, number, after); !status.ok()) return status;
  changed = after.has_value();
  if (changed) ticket = *std::move(after);
  return absl::OkStatus();
}

absl::StatusOr<v1::CreateTicketResponse> TicketDesk::Create(
    const Actor& actor, const v1::CreateTicketRequest& request) {
  const std::string& call_id = request.call_id();
  if (!call_id.empty() && !ParseCallId(call_id)) {
    return InvalidRequest({{"call_id", Code::kMalformed, "call_id is not one of a call", 0}});
  }
  if (!IsEntry(request.entry())) {
    return InvalidRequest({{"entry", Code::kMalformed,
                            "entry must be a word of a-z, 0-9 and _, at most 32 characters", 0}});
  }
  const std::string entry = request.entry().empty() ? "counter" : request.entry();
  return Wrap<v1::CreateTicketResponse>(
      Once({actor, request.request_id(), HashOf(request)},
           [&](TicketWriter& db, v1::Ticket& ticket, bool& changed) -> absl::Status {
             Open open{.origin = {.call_id = call_id, .entry = call_id.empty() ? entry : ""},
                       .first_contact = actor.account,
                       .content = FromProto(request.content()),
                       .external_source = request.external_source(),
                       .external_no = request.external_no()};
             return OpenOrFind(db, actor, std::move(open), ticket, changed);
           }));
}

}  // namespace hotline::ticket
