// Which unit a ticket should go to: the rules of services/ticket/dispatch, asked with what the
// store and the directory know.
#include <utility>

#include "services/ticket/dispatch/suggest.h"
#include "services/ticket/service/convert.h"
#include "services/ticket/service/convert_work.h"
#include "services/ticket/service/desk.h"

namespace hotline::ticket {
namespace {

constexpr char kNoTicket[] = "there is no such ticket";
constexpr char kNoDirectory[] =
    "the ticket service has no directory: set ticket.directory, and import one (hotline-ctl "
    "directory import)";

v1::SuggestDispatchResponse ToProto(const DispatchSuggestion& suggestion) {
  v1::SuggestDispatchResponse out;
  if (!suggestion.unit.org.empty()) *out.mutable_unit() = ToProto(suggestion.unit);
  if (!suggestion.fallback.org.empty()) *out.mutable_fallback() = ToProto(suggestion.fallback);
  if (suggestion.limit) out.set_limit(FormatTimeLimit(*suggestion.limit));
  out.set_feedback(suggestion.feedback);
  out.mutable_rules()->Assign(suggestion.rules.begin(), suggestion.rules.end());
  for (const Candidate& candidate : suggestion.candidates) {
    auto& one = *out.add_candidates();
    *one.mutable_unit() = ToProto(candidate.unit);
    one.set_name(candidate.name);
    one.set_why_not(candidate.why_not);
    one.set_open(candidate.open);
    one.set_capacity(candidate.capacity);
  }
  return out;
}

}  // namespace

void TicketDesk::SetDirectory(int64_t revision,
                              std::shared_ptr<const directory::Directory> directory) {
  const std::lock_guard lock(directory_mutex_);
  directory_revision_ = revision;
  directory_ = std::move(directory);
}

std::optional<Unit> TicketDesk::LeadOfCase(TicketReader& db, const Ticket& ticket) {
  const std::string& code = ticket.marks.case_code;
  if (code.empty()) return std::nullopt;
  const CallerColumns caller = db.Caller(ticket.ticket_no);
  if (caller.key.empty()) return std::nullopt;
  for (const TicketRow& row : db.List({.caller_key = caller.key, .limit = kMaxEarlier})) {
    const auto other = FromRow(row);
    const bool same = other.ok() && other->ticket_no != ticket.ticket_no &&
                      other->marks.case_code == code && !other->work.lead.org.empty();
    if (same) return other->work.lead;
  }
  return std::nullopt;
}

absl::StatusOr<v1::SuggestDispatchResponse> TicketDesk::Suggest(
    const Actor& actor, const v1::SuggestDispatchRequest& request) {
  std::shared_ptr<const directory::Directory> known;
  int64_t revision = 0;
  {
    const std::lock_guard lock(directory_mutex_);
    known = directory_;
    revision = directory_revision_;
  }
  if (!known || revision == 0) return absl::FailedPreconditionError(kNoDirectory);
  v1::SuggestDispatchResponse response;
  const auto status = store_.Read([&](TicketReader& db) -> absl::Status {
    const auto row = db.Find(request.ticket_no());
    if (!row) return absl::NotFoundError(kNoTicket);
    const auto ticket = FromRow(*row);
    if (!ticket.ok()) return ticket.status();
    if (!MaySee(*ticket, actor)) return absl::NotFoundError(kNoTicket);
    DispatchQuestion question{.ticket = *ticket,
                              .policy = options_.policy,
                              .now = Now(),
                              .area = options_.area,
                              .from_org = actor.org,
                              .lead_of_case = LeadOfCase(db, *ticket),
                              .open = {}};
    for (const std::string& org : OrganisationsInReach(options_.dispatch, *known, question)) {
      question.open.emplace(org, db.CountOpenOf(org, static_cast<int>(State::kClosed)));
    }
    response = ToProto(SuggestDispatch(options_.dispatch, *known, question));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  response.set_directory_revision(revision);
  return response;
}

}  // namespace hotline::ticket
