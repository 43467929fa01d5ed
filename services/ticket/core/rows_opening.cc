// Rows 1 to 3, what people write, and what is learnt of the call.
#include <algorithm>

#include "services/ticket/core/rows.h"

namespace hotline::ticket {

absl::Time DraftDeadline(const Policy& policy, const Ticket& ticket) {
  if (ticket.origin.call_id.empty()) return ticket.update_time + policy.draft_hold;
  if (!ticket.call_end_time) return absl::InfiniteFuture();
  return *ticket.call_end_time + policy.draft_hold;
}

namespace rows {
namespace {

constexpr std::string_view kWebEntry = "web";

/// What the ticket's content would become.
Content After(const Edit& edit, const Content& before) {
  if (edit.fields.empty()) return edit.content;
  Content after = before;
  CopyFields(edit.content, edit.fields, after);
  return after;
}

Marks MarksAfter(const Classify& classify, const Marks& before) {
  if (classify.fields.empty()) return classify.marks;
  Marks after = before;
  CopyMarks(classify.marks, classify.fields, after);
  return after;
}

int64_t LastTouched(const Ticket& ticket) {
  return std::max(ticket.content_version, ticket.state_version);
}

Outcome Registration(const Case& c, bool automatic) {
  std::vector<ClockSet> clocks;
  StartClock(c, ClockKind::kDispatch, c.now, clocks);
  return {Registered{.automatic = automatic}, std::move(clocks)};
}

}  // namespace

MaybeRefusal WellWritten(const Case& c) {
  const auto& open = std::get<Open>(c.command);
  auto problems = CheckContent(open.content);
  const Marks marks{.external_source = open.external_source, .external_no = open.external_no};
  for (Problem& problem : CheckMarks(marks, {})) problems.push_back(std::move(problem));
  return Invalid(std::move(problems));
}

MaybeRefusal MayEdit(const Case& c) {
  const auto& edit = std::get<Edit>(c.command);
  auto problems = CheckFieldNames(edit.fields);
  const Content after = After(edit, c.ticket.content);
  for (Problem& problem : CheckContent(after)) problems.push_back(std::move(problem));
  if (auto refusal = Invalid(std::move(problems))) return refusal;
  auto differing = DifferingFields(after, c.ticket.content);
  if (differing.empty()) return std::nullopt;  // both wrote the same
  return CheckVersion(c.ticket, edit.seen_version, c.ticket.content_version, std::move(differing));
}

MaybeRefusal MayRegister(const Case& c) {
  return CheckVersion(c.ticket, std::get<Register>(c.command).seen_version, LastTouched(c.ticket),
                      {});
}

MaybeRefusal MayClose(const Case& c) {
  if (auto refusal = CheckVersion(c.ticket, std::get<CloseOnSpot>(c.command).seen_version,
                                  LastTouched(c.ticket), {})) {
    return refusal;
  }
  return Invalid(MissingForClosing(c.ticket.content));
}

MaybeRefusal MayClassify(const Case& c) {
  const auto& classify = std::get<Classify>(c.command);
  const Marks after = MarksAfter(classify, c.ticket.marks);
  if (auto refusal = Invalid(CheckMarks(after, classify.fields))) return refusal;
  auto differing = DifferingMarks(after, c.ticket.marks);
  if (differing.empty()) return std::nullopt;
  if (c.ticket.marks.priority == Priority::kCrisis && after.priority != Priority::kCrisis &&
      !c.actor.roles.Meets({Role::kSupervisor})) {
    return NotAllowed("only a supervisor may say that a crisis is none");
  }
  if (after.priority == Priority::kCrisis && c.ticket.marks.priority != Priority::kCrisis) {
    return NotNow("a crisis is raised, not marked: use raise_crisis");
  }
  return CheckVersion(c.ticket, classify.seen_version, c.ticket.content_version,
                      std::move(differing));
}

Outcome OpenDraft(const Case& c) {
  const auto& open = std::get<Open>(c.command);
  std::vector<ClockSet> clocks;
  if (open.origin.entry == kWebEntry) StartClock(c, ClockKind::kWebReply, c.now, clocks);
  return {Opened{open.ticket_no, open.origin, open.first_contact, open.content, open.parent_no,
                 open.latest_due, open.external_source, open.external_no},
          std::move(clocks)};
}

Outcome Link(const Case& c) {
  Origin known = std::get<LinkCall>(c.command).origin;
  known.call_id = c.ticket.origin.call_id;
  if (known == c.ticket.origin) return {};
  return {CallLinked{std::move(known)}, {}};
}

Outcome SetCaller(const Case& c) {
  const auto& caller = std::get<NoteCaller>(c.command);
  if (caller.masked == c.ticket.caller_masked) return {};
  return {CallerNoted{caller.masked}, {}};
}

Outcome SetCallEnd(const Case& c) {
  if (c.ticket.call_end_time) return {};
  return {CallEnded{std::get<EndCall>(c.command).end_time}, {}};
}

Outcome Write(const Case& c) {
  const auto& edit = std::get<Edit>(c.command);
  auto fields = DifferingFields(c.ticket.content, After(edit, c.ticket.content));
  if (fields.empty()) return {};
  Content changed;
  CopyFields(edit.content, fields, changed);
  return {Edited{std::move(fields), std::move(changed)}, {}};
}

Outcome RegisterByHand(const Case& c) {
  return Registration(c, /*automatic=*/false);
}

Outcome RegisterByItself(const Case& c) {
  return Registration(c, /*automatic=*/true);
}

Outcome CloseOnTheSpot(const Case&) {
  return {Closed{Closure::kOnSpot}, {}};
}

Outcome Mark(const Case& c) {
  const auto& classify = std::get<Classify>(c.command);
  const Marks after = MarksAfter(classify, c.ticket.marks);
  auto fields = DifferingMarks(c.ticket.marks, after);
  if (fields.empty()) return {};
  Marks changed;
  CopyMarks(after, fields, changed);
  std::vector<ClockSet> clocks;
  if (after.priority < c.ticket.marks.priority) clocks = Hurry(c, after.priority);
  return {Classified{std::move(fields), std::move(changed)}, std::move(clocks)};
}

}  // namespace rows
}  // namespace hotline::ticket
