#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/ticket/core/rows.h"

namespace hotline::ticket::rows {
namespace {

using Reason = Refusal::Reason;

bool Among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const Particulars& With(const Case& c) {
  return std::get<Do>(c.command).with;
}

MaybeRefusal Invalid(std::vector<Problem> problems) {
  if (problems.empty()) return std::nullopt;
  std::string sentence;
  for (const Problem& problem : problems) {
    absl::StrAppend(&sentence, sentence.empty() ? "" : "; ", problem.sentence);
  }
  return Refusal{Reason::kInvalid, std::move(sentence), std::move(problems), {}};
}

MaybeRefusal Missing(std::string_view field, std::string sentence) {
  return Invalid({{std::string(field), Problem::Code::kMissing, std::move(sentence), 0}});
}

MaybeRefusal NotNow(std::string sentence) {
  return Refusal{Reason::kWrongState, std::move(sentence), {}, {}};
}

MaybeRefusal NotAllowed(std::string sentence) {
  return Refusal{Reason::kNotAllowed, std::move(sentence), {}, {}};
}

MaybeRefusal CheckVersion(const Ticket& ticket, int64_t seen, int64_t oldest_good,
                          std::vector<std::string> differing) {
  if (seen < 1 || seen > ticket.version) {
    return Invalid(
        {{"version", Problem::Code::kMalformed,
          absl::StrCat("version must be one that the ticket had: 1 to ", ticket.version), 0}});
  }
  if (seen >= oldest_good) return std::nullopt;
  return Refusal{Reason::kConflict,
                 absl::StrCat("somebody else changed the ticket: it is at version ", ticket.version,
                              ", you looked at ", seen),
                 {},
                 std::move(differing)};
}

MaybeRefusal CheckSeen(const Case& c) {
  return CheckVersion(c.ticket, std::get<Do>(c.command).seen_version,
                      std::max(c.ticket.content_version, c.ticket.state_version), {});
}

bool IsLead(const Case& c) {
  return !c.actor.org.empty() && c.actor.org == c.ticket.work.lead.org;
}

MaybeRefusal LeadOnly(const Case& c) {
  if (IsLead(c)) return std::nullopt;
  return NotAllowed("only the organisation that answers for the ticket may do that");
}

MaybeRefusal NotHandled(const Case& c, bool rules) {
  const Work& work = c.ticket.work;
  if (Among(work.handlers, c.actor.account)) {
    return NotAllowed("who handled a ticket neither decides about it nor calls back");
  }
  if (Among(rules ? work.callers_back : work.rulers, c.actor.account)) {
    return NotAllowed(rules ? "who called back does not decide about the ticket"
                            : "who decided about a return does not call back");
  }
  return std::nullopt;
}

MaybeRefusal NotJudged(const Case& c) {
  const Work& work = c.ticket.work;
  if (!Among(work.rulers, c.actor.account) && !Among(work.callers_back, c.actor.account)) {
    return std::nullopt;
  }
  return NotAllowed("who decided about a ticket, or called back, does not handle it");
}

MaybeRefusal CheckUnit(const Case& c) {
  const Unit& unit = With(c).unit;
  if (unit.org.empty()) return Missing("unit", "unit must be chosen");
  if (!With(c).yes) return NotNow(absl::StrCat(unit.org, " is not active: choose another unit"));
  if (IsRespondent(c.ticket.marks, Actor{.org = unit.org, .path = unit.path})) {
    return NotNow("the complaint is about this unit: choose another one");
  }
  if (Among(c.ticket.work.upheld, unit.org)) {
    return NotNow(absl::StrCat(unit.org, " has given the ticket back, rightly"));
  }
  return std::nullopt;
}

MaybeRefusal InOwnSubtree(const Case& c, const std::string& path) {
  // Who is a city's dispatcher as well, or its supervisor, may do it everywhere.
  if (c.actor.roles.Meets({Role::kCityDispatcher, Role::kSupervisor, Role::kSystem}) ||
      IsWithin(path, c.actor.path)) {
    return std::nullopt;
  }
  return NotAllowed("that unit does not belong to this account's county or station");
}

Outcome Record(const Case& c) {
  return Record(c, With(c));
}

Outcome Record(const Case& c, Particulars with, std::vector<ClockSet> clocks) {
  return {Acted{std::get<Do>(c.command).act, c.to, std::move(with)}, std::move(clocks)};
}

Outcome ByItself(const Case& c, Act act, std::vector<ClockSet> clocks) {
  Particulars with;
  with.time = c.due;
  with.late = c.now - c.due > c.policy.late_after;
  return {Acted{act, c.to, std::move(with)}, std::move(clocks)};
}

Matter MatterOf(const Ticket& ticket) {
  return ticket::MatterOf(ticket.marks.matter, ticket.content.category);
}

Priority PriorityOf(const Ticket& ticket) {
  return ticket.marks.priority;
}

void StartClock(const Case& c, ClockKind kind, absl::Time start, std::vector<ClockSet>& clocks) {
  const TimeLimit limit = LimitOf(c.policy, kind, MatterOf(c.ticket), PriorityOf(c.ticket));
  if (!limit) return;
  const absl::Time due =
      std::min(c.policy.calendar.Deadline(start, limit),
               kind == ClockKind::kHandling ? c.ticket.latest_due : absl::InfiniteFuture());
  clocks.push_back({kind, limit, start, due, {}});
}

absl::Time ClockDue(const Ticket& ticket, ClockKind kind) {
  const TicketClock* clock = FindClock(ticket.clocks, kind);
  return clock != nullptr && clock->runs() ? clock->due : absl::InfiniteFuture();
}

std::vector<ClockSet> GoOn(const Case& c) {
  std::vector<ClockSet> clocks;
  for (const TicketClock& clock : c.ticket.clocks) {
    if (clock.done || !clock.stopped) continue;
    const ClockMove pause{
        .why = Why::kPause, .extension = {}, .stopped = *clock.stopped, .resumed = c.now};
    std::vector<ClockMove> moves = clock.moves;
    moves.push_back(pause);
    const absl::Time due = DueAfter(c.policy.calendar, clock.limit, clock.start, moves);
    clocks.push_back({clock.kind, clock.limit, clock.start, due, pause});
  }
  return clocks;
}

std::vector<ClockSet> Hurry(const Case& c, Priority priority) {
  std::vector<ClockSet> clocks;
  for (const TicketClock& clock : c.ticket.clocks) {
    if (!clock.runs()) continue;
    const TimeLimit limit = LimitOf(c.policy, clock.kind, MatterOf(c.ticket), priority);
    const absl::Time due = c.policy.calendar.Deadline(c.now, limit);
    if (!limit || due >= clock.due) continue;
    clocks.push_back({clock.kind, limit, c.now, due, {.why = Why::kPriority}});
  }
  return clocks;
}

MaybeRefusal Always(const Case&) {
  return std::nullopt;
}

MaybeRefusal Seen(const Case& c) {
  return CheckSeen(c);
}

}  // namespace hotline::ticket::rows
