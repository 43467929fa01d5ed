#include "services/ticket/service/desk.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

#include "services/base/ids.h"
#include "services/ticket/core/search_text.h"
#include "services/ticket/core/steps.h"
#include "services/ticket/core/ticket_number.h"
#include "services/ticket/core/visibility.h"
#include "services/ticket/service/convert.h"
#include "services/ticket/service/desk_parts.h"

namespace hotline::ticket {
namespace {

using Code = Problem::Code;

/// Clients take messages of 256 KB: a list is cut when it has this much, and one more ticket fits.
constexpr size_t kPageBytes = 128 << 10;

absl::Status CheckRequestId(const std::string& id) {
  if (!id.empty() && id.size() <= kMaxRequestId && CountCharacters(id) > 0) return absl::OkStatus();
  return InvalidRequest({{"request_id", id.empty() ? Code::kMissing : Code::kMalformed,
                          absl::StrCat("request_id must have 1 to ", kMaxRequestId, " bytes"),
                          static_cast<int>(kMaxRequestId)}});
}

std::string PageToken(const TicketRow& last) {
  return absl::StrCat(absl::ToUnixMicros(last.create_time), ".", last.ticket_no);
}

absl::StatusOr<ListPosition> ParsePageToken(const std::string& token) {
  const std::vector<std::string> parts = absl::StrSplit(token, absl::MaxSplits('.', 1));
  int64_t us = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &us) || !IsTicketNumber(parts[1])) {
    return absl::InvalidArgumentError("page_token is not one that ListTickets gave");
  }
  return ListPosition{absl::FromUnixMicros(us), parts[1]};
}

absl::StatusOr<ListFilter> FilterOf(const v1::ListTicketsRequest& request) {
  if (request.page_size() < 0) return absl::InvalidArgumentError("page_size is negative");
  ListFilter filter;
  filter.limit = request.page_size() == 0 ? kDefaultPageSize
                                          : std::min<int>(request.page_size(), kMaxPageSize);
  for (const int state : request.states()) filter.states.push_back(state);
  filter.first_contact = request.first_contact();
  const int length = CountCharacters(request.text());
  if (length < 0 || length > kMaxSearchText) {
    return InvalidRequest(
        {{"text", Code::kTooLong, absl::StrCat("text may have ", kMaxSearchText, " characters"),
          kMaxSearchText}});
  }
  filter.words = SearchWords(request.text());
  filter.lead = request.lead_org();
  if (request.has_due_before_time()) filter.due_before = FromProto(request.due_before_time());
  if (request.has_from_time()) filter.from = FromProto(request.from_time());
  if (request.has_until_time()) filter.until = FromProto(request.until_time());
  if (!request.page_token().empty()) {
    auto position = ParsePageToken(request.page_token());
    if (!position.ok()) return position.status();
    filter.older_than = *position;
  }
  return filter;
}

/// Whether what `actor` may see of `ticket` has all words: whom he may not know he cannot find.
bool HasWords(const Ticket& ticket, const Actor& actor, const std::vector<std::string>& words) {
  if (words.empty() || SeesCitizen(ticket, actor)) return true;
  Ticket nameless = ticket;
  nameless.content.citizen_name.clear();
  const std::string text = SearchTextOf(nameless);
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

/// Whether a page that is made for whoever answers may have `ticket` among the earlier ones.
bool IsForAnySeat(const Ticket& ticket) {
  return ticket.marks.secrecy == Secrecy::kOrdinary && !ticket.content.confidential &&
         ticket.marks.respondents.empty();
}

}  // namespace

TicketDesk::TicketDesk(DeskOptions options, TicketStore& store, const NumberVault& vault,
                       Clock clock, OnChange on_change)
    : options_(std::move(options)),
      store_(store),
      vault_(vault),
      clock_(std::move(clock)),
      on_change_(std::move(on_change)) {}

/// In the database's unit, so that what is read is what was written.
absl::Time TicketDesk::Now() const {
  return absl::FromUnixMicros(absl::ToUnixMicros(clock_()));
}

void TicketDesk::Tell(const std::optional<v1::Ticket>& ticket) const {
  if (ticket && on_change_) on_change_(*ticket);
}

// ---- changes ----

absl::StatusOr<v1::Ticket> TicketDesk::Once(
    const Request& request,
    const std::function<absl::Status(TicketWriter&, v1::Ticket&, bool& changed)>& work) {
  if (auto status = CheckRequestId(request.id); !status.ok()) return status;
  v1::Ticket ticket;
  bool changed = false;
  const auto status = store_.Write([&](TicketWriter& db) -> absl::Status {
    ticket.Clear();
    changed = false;
    if (const auto saved = db.FindReply(request.actor.account, request.id)) {
      if (saved->hash != request.hash) {
        return absl::AlreadyExistsError("this request_id was used for another request");
      }
      std::string bytes;
      if (!absl::Base64Unescape(saved->reply, &bytes) || !ticket.ParseFromString(bytes)) {
        return absl::DataLossError("a saved reply cannot be read");
      }
      return absl::OkStatus();
    }
    if (auto done = work(db, ticket, changed); !done.ok()) return done;
    db.SaveReply(request.actor.account, request.id,
                 {request.hash, absl::Base64Escape(ticket.SerializeAsString())}, Now());
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (changed) Tell(ticket);
  return ForEyesOf(request.actor, std::move(ticket));
}

absl::StatusOr<v1::Ticket> TicketDesk::ForEyesOf(const Actor& actor, v1::Ticket reply) {
  bool sees = false;
  const auto status = store_.Read([&](TicketReader& db) -> absl::Status {
    const auto row = db.Find(reply.ticket_no());
    if (!row) return absl::NotFoundError(kNothing);
    const auto ticket = FromRow(*row);
    if (!ticket.ok()) return ticket.status();
    sees = SeesCitizen(*ticket, actor);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (!sees) HideCitizen(reply);
  return reply;
}

absl::Status TicketDesk::StepIn(TicketWriter& db, const TicketRow& row, const Actor& actor,
                                const Command& command, std::optional<v1::Ticket>& changed) {
  auto ticket = FromRow(row);
  if (!ticket.ok()) return ticket.status();
  if (!MaySee(*ticket, actor)) return absl::NotFoundError(kNothing);
  if (const auto* act = std::get_if<Do>(&command);
      act != nullptr && act->act == Act::kUnmask && !SeesCitizen(*ticket, actor)) {
    return absl::PermissionDeniedError(
        "who the citizen of this ticket is, is not for this account");
  }
  const Ticket before = *ticket;
  TicketLife life(options_.policy, *std::move(ticket));
  const Decision decision = life.Step(Now(), actor, command);
  if (decision.refusal) {
    return ToStatus(*decision.refusal, Shown(life.ticket(), options_.policy, actor));
  }
  if (decision.events.empty()) return absl::OkStatus();
  if (auto status = ClaimExternal(db, actor, before.marks, life.ticket()); !status.ok()) {
    return status;
  }
  db.Update(ToRow(life), EventRows(decision.events));
  PostNotice(db, before, life.ticket());
  changed = ToProto(life.ticket(), options_.policy);
  return TellParent(db, life.ticket());
}

absl::StatusOr<v1::Ticket> TicketDesk::Change(const Request& request, const std::string& ticket_no,
                                              const Command& command) {
  return Once(request, [&](TicketWriter& db, v1::Ticket& ticket, bool& changed) -> absl::Status {
    const auto row = db.FindToChange(ticket_no);
    if (!row) return absl::NotFoundError(kNothing);
    std::optional<v1::Ticket> after;
    if (auto status = StepIn(db, *row, request.actor, command, after); !status.ok()) return status;
    changed = after.has_value();
    if (changed) {
      ticket = *std::move(after);
      return absl::OkStatus();
    }
    auto same = FromRow(*row);
    if (!same.ok()) return same.status();
    ticket = ToProto(*same, options_.policy);
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::UpdateTicketResponse> TicketDesk::Update(
    const Actor& actor, const v1::UpdateTicketRequest& request) {
  const Edit edit{request.version(),
                  FromProto(request.content()),
                  {request.update_mask().paths().begin(), request.update_mask().paths().end()}};
  return Wrap<v1::UpdateTicketResponse>(
      Change({actor, request.request_id(), HashOf(request)}, request.ticket_no(), edit));
}

absl::StatusOr<v1::RegisterTicketResponse> TicketDesk::Register(
    const Actor& actor, const v1::RegisterTicketRequest& request) {
  return Wrap<v1::RegisterTicketResponse>(Change({actor, request.request_id(), HashOf(request)},
                                                 request.ticket_no(),
                                                 ticket::Register{request.version()}));
}

absl::StatusOr<v1::CloseTicketResponse> TicketDesk::Close(const Actor& actor,
                                                          const v1::CloseTicketRequest& request) {
  return Wrap<v1::CloseTicketResponse>(Change({actor, request.request_id(), HashOf(request)},
                                              request.ticket_no(), CloseOnSpot{request.version()}));
}

// ---- questions ----

absl::StatusOr<v1::GetTicketResponse> TicketDesk::Get(const Actor& actor,
                                                      const v1::GetTicketRequest& request) {
  if (request.ticket_no().empty() == request.call_id().empty()) {
    return absl::InvalidArgumentError("give either ticket_no or call_id");
  }
  v1::GetTicketResponse response;
  const auto status = store_.Read([&](TicketReader& db) -> absl::Status {
    const auto row =
        request.call_id().empty() ? db.Find(request.ticket_no()) : db.FindByCall(request.call_id());
    if (!row) return absl::NotFoundError(kNothing);
    const auto ticket = FromRow(*row);
    if (!ticket.ok()) return ticket.status();
    if (!MaySee(*ticket, actor)) return absl::NotFoundError(kNothing);
    *response.mutable_ticket() = Shown(*ticket, options_.policy, actor);
    for (const StepOffer& offer : StepsFrom(options_.policy, *ticket, actor, Now())) {
      v1::TicketStep step = ToProto(offer);
      if (offer.word == FormatAct(Act::kUnmask)) {
        step.set_allowed(step.allowed() && SeesCitizen(*ticket, actor));
      }
      *response.add_steps() = std::move(step);
    }
    const auto events = db.Events(row->ticket_no);
    size_t first = events.size();  // the oldest are left out if all are too much for a message
    for (size_t bytes = 0; first > 0 && bytes < kPageBytes; --first) {
      bytes += events[first - 1].body.size();
    }
    for (size_t i = first; i < events.size(); ++i) {
      const auto event = FromRow(events[i]);
      if (!event.ok()) return event.status();
      *response.add_events() = ToProto(*event);
    }
    const CallerColumns caller = db.Caller(row->ticket_no);
    if (caller.key.empty() || !SeesCitizen(*ticket, actor)) return absl::OkStatus();
    const bool for_any_seat = actor.roles.Meets({Role::kSystem});  // the console's gateway
    const ListPosition before{row->create_time, row->ticket_no};
    for (const TicketRow& other :
         db.List({.caller_key = caller.key, .older_than = before, .limit = kMaxEarlier})) {
      if (response.ByteSizeLong() > kPageBytes) break;
      const auto earlier = FromRow(other);
      if (!earlier.ok()) return earlier.status();
      if (!MaySee(*earlier, actor) || !SeesCitizen(*earlier, actor)) continue;
      if (for_any_seat && !IsForAnySeat(*earlier)) continue;
      *response.add_earlier() = Shown(*earlier, options_.policy, actor);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<v1::ListTicketsResponse> TicketDesk::List(const Actor& actor,
                                                         const v1::ListTicketsRequest& request) {
  auto filter = FilterOf(request);
  if (!filter.ok()) return filter.status();
  if (request.mine()) {
    if (actor.org.empty()) {
      return absl::FailedPreconditionError("this account has no organisation");
    }
    filter->lead = actor.org;
  }
  const auto size = static_cast<size_t>(filter->limit);
  ++filter->limit;  // one more tells whether there is a next page
  v1::ListTicketsResponse response;
  const auto status = store_.Read([&](TicketReader& db) -> absl::Status {
    const auto rows = db.List(*filter);
    size_t bytes = 0, i = 0;
    for (; i < std::min(rows.size(), size) && bytes < kPageBytes; ++i) {
      const auto ticket = FromRow(rows[i]);
      if (!ticket.ok()) return ticket.status();
      if (!MaySee(*ticket, actor) || !HasWords(*ticket, actor, filter->words)) continue;
      v1::Ticket& shown = *response.add_tickets();
      shown = Shown(*ticket, options_.policy, actor);
      bytes += shown.ByteSizeLong();
    }
    if (i < rows.size()) response.set_next_page_token(PageToken(rows[i - 1]));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return response;
}

absl::StatusOr<v1::CountTicketsResponse> TicketDesk::Count(const Actor&,
                                                           const v1::CountTicketsRequest&) {
  v1::CountTicketsResponse response;
  const absl::Time now = Now();
  const auto status = store_.Read([&](TicketReader& db) {
    for (const StateCount& count : db.CountStates(now)) {
      auto& one = *response.add_counts();
      one.set_state(static_cast<v1::Ticket::State>(count.state));
      one.set_tickets(count.tickets);
      one.set_overdue(count.overdue);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  *response.mutable_time() = ToProto(now);
  return response;
}

}  // namespace hotline::ticket
