// Rows 15 to 19 and 23: suspended, extended, submitted, reviewed; and what is noted meanwhile.
#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/ticket/core/rows.h"

namespace hotline::ticket::rows {
namespace {

/// A village guides and reports; it decides neither legal aid nor a complaint (I8).
bool OnlyVillage(const Actor& actor) {
  return actor.roles.Meets({Role::kVillageContact}) &&
         !actor.roles.Meets({Role::kStationClerk, Role::kHandlingUnit, Role::kExpert,
                             Role::kOperator, Role::kCountyDispatcher});
}

bool IsForDeciders(const Ticket& ticket) {
  return ticket.content.category == Category::kLegalAid ||
         ticket.content.category == Category::kComplaint;
}

/// Works on it: for the lead, or beside it.
bool WorksOn(const Case& c) {
  const auto& co_handlers = c.ticket.work.co_handlers;
  return IsLead(c) || std::any_of(co_handlers.begin(), co_handlers.end(), [&](const Unit& unit) {
           return !unit.org.empty() && unit.org == c.actor.org;
         });
}

bool Listed(const std::vector<Category>& categories, Category category) {
  return std::find(categories.begin(), categories.end(), category) != categories.end();
}

/// What is left of the working days that a ticket may be suspended.
int SuspensionLeft(const Case& c) {
  const TimeLimit longest =
      LimitOf(c.policy, ClockKind::kSuspension, MatterOf(c.ticket), PriorityOf(c.ticket));
  int used = 0;
  if (const TicketClock* handling = FindClock(c.ticket.clocks, ClockKind::kHandling)) {
    for (const ClockMove& move : handling->moves) {
      if (move.why != Why::kPause) continue;
      const WorkingCalendar& calendar = c.policy.calendar;
      for (absl::CivilDay day = calendar.DayOf(move.stopped) + 1;
           day < calendar.DayOf(move.resumed); ++day) {
        if (calendar.IsWorkingDay(day)) ++used;
      }
    }
  }
  return longest.count - used;
}

/// While a court or an arbitration has it, the law says how long.
bool IsStatutory(const std::string& reason) {
  return reason == "court" || reason == "arbitration";
}

}  // namespace

MaybeRefusal NeedsText(const Case& c) {
  const std::string& text = With(c).text;
  if (text.empty()) return Missing("text", "text must be written");
  const int length = CountCharacters(text);
  if (length >= 0 && length <= kMaxText) return std::nullopt;
  return Invalid({{"text", Problem::Code::kTooLong,
                   absl::StrCat("text may have ", kMaxText, " characters"), kMaxText}});
}

MaybeRefusal NeedsOther(const Case& c) {
  if (With(c).other.empty()) return Missing("other", "other must be given");
  return std::nullopt;
}

// ---- row 15 ----

MaybeRefusal MaySuspend(const Case& c) {
  if (auto refusal = MayConfirm(c)) return refusal;
  if (IsStatutory(c.ticket.work.proposal->with.reason) || SuspensionLeft(c) > 0) {
    return std::nullopt;
  }
  return NotNow("the ticket was suspended as long as it may be");
}

Outcome Suspend(const Case& c) {
  Outcome outcome = Confirm(c);
  const Particulars& asked = c.ticket.work.proposal->with;
  if (IsStatutory(asked.reason)) return outcome;
  const absl::Time longest = c.policy.calendar.Deadline(c.now, WorkingDays(SuspensionLeft(c)));
  const TimeLimit limit = asked.limit ? asked.limit : WorkingDays(SuspensionLeft(c));
  outcome.clocks.push_back({ClockKind::kSuspension,
                            limit,
                            c.now,
                            std::min(longest, c.policy.calendar.Deadline(c.now, limit)),
                            {}});
  return outcome;
}

MaybeRefusal MayResume(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (c.actor.roles.Meets({Role::kSupervisor, Role::kSystem})) return std::nullopt;
  return LeadOnly(c);
}

Outcome Resume(const Case& c) {
  return Record(c, With(c), GoOn(c));
}

absl::Time SuspensionDeadline(const Policy&, const Ticket& ticket) {
  return ClockDue(ticket, ClockKind::kSuspension);
}

Outcome ResumeByItself(const Case& c) {
  std::vector<ClockSet> clocks = GoOn(c);
  return ByItself(c, Act::kResume, std::move(clocks));
}

// ---- row 16 ----

MaybeRefusal MayExtend(const Case& c) {
  if (auto refusal = MayConfirm(c)) return refusal;
  const bool again = c.ticket.work.extensions >= c.policy.max_extensions;
  if (again && !c.actor.roles.Meets({Role::kCityDispatcher})) {
    return NotAllowed("a further extension is for the city to approve");
  }
  if (!again && !c.actor.roles.Meets({Role::kSupervisor})) {
    return NotAllowed("an extension is for a supervisor to approve");
  }
  return std::nullopt;
}

Outcome Extend(const Case& c) {
  Outcome outcome = Confirm(c);
  const TicketClock* clock = FindClock(c.ticket.clocks, ClockKind::kHandling);
  const TimeLimit by = c.ticket.work.proposal->with.limit;
  if (clock == nullptr) return outcome;
  outcome.clocks.push_back({clock->kind,
                            clock->limit,
                            clock->start,
                            std::min(c.policy.calendar.Extend(clock->due, by), c.ticket.latest_due),
                            {.why = Why::kExtension, .extension = by}});
  return outcome;
}

// ---- rows 17 to 19, 23 ----

MaybeRefusal MaySubmit(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = LeadOnly(c)) return refusal;
  if (OnlyVillage(c.actor) && IsForDeciders(c.ticket)) {
    return NotAllowed("a village does not decide about legal aid or complaints");
  }
  if (auto refusal = NotJudged(c)) return refusal;
  if (auto refusal = NeedsText(c)) return refusal;
  const Work& work = c.ticket.work;
  for (const Child& child : work.children) {
    if (!child.closed) {
      return NotNow(absl::StrCat("part ", child.ticket_no, " is still open: close it first"));
    }
  }
  const auto reached = std::any_of(work.contacts.begin(), work.contacts.end(), [](auto& contact) {
    return contact.reached && !contact.doubted;
  });
  const auto tries = std::count_if(work.contacts.begin(), work.contacts.end(),
                                   [](auto& contact) { return !contact.reached; });
  if (!reached && tries < c.policy.contact_attempts) {
    return Missing("contact", absl::StrCat("the contact with the citizen is not recorded, nor ",
                                           c.policy.contact_attempts, " attempts at one"));
  }
  if (Listed(c.policy.evidence_for, c.ticket.content.category) && work.evidence.empty()) {
    return Missing("evidence", "this category needs evidence");
  }
  return std::nullopt;
}

Outcome Submit(const Case& c) {
  std::vector<ClockSet> clocks;
  StartClock(c, ClockKind::kReview, c.now, clocks);
  return Record(c, With(c), std::move(clocks));
}

MaybeRefusal MayReview(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (c.actor.roles.Meets({Role::kStationClerk}) &&
      !c.actor.roles.Meets({Role::kCountyDispatcher, Role::kCityDispatcher, Role::kSupervisor}) &&
      c.ticket.parent_no.empty()) {
    return NotAllowed("a station reviews only parts that it gave to others");
  }
  if (auto refusal = InOwnSubtree(c, c.ticket.work.lead.path)) return refusal;
  if (auto refusal = NotHandled(c, /*rules=*/true)) return refusal;
  return NeedsText(c);
}

Outcome SendBack(const Case& c) {
  std::vector<ClockSet> clocks;
  // The deadline is what it was.
  if (const TicketClock* clock = FindClock(c.ticket.clocks, ClockKind::kHandling)) {
    clocks.push_back({clock->kind, clock->limit, clock->start, clock->due, {.why = Why::kAgain}});
  }
  return Record(c, With(c), std::move(clocks));
}

Outcome PassResult(const Case& c) {
  std::vector<ClockSet> clocks;
  StartClock(c, ClockKind::kFollowUp, c.now, clocks);
  return Record(c, With(c), std::move(clocks));
}

absl::Time ReviewByItself(const Policy& policy, const Ticket& ticket) {
  return Listed(policy.reviewed_by_itself, ticket.content.category) ? ticket.state_time
                                                                    : absl::InfiniteFuture();
}

Outcome PassByItself(const Case& c) {
  std::vector<ClockSet> clocks;
  StartClock(c, ClockKind::kFollowUp, c.now, clocks);
  Outcome outcome = ByItself(c, Act::kPassResult, std::move(clocks));
  std::get<Acted>(*outcome.body).with.text = c.ticket.work.result;
  return outcome;
}

// ---- what is noted ----

MaybeRefusal MayContact(const Case& c) {
  if (With(c).time.value_or(c.now) > c.now) {
    return Missing("time", "a contact cannot lie in the future");
  }
  if (With(c).what == "voice" && c.ticket.marks.no_voice) {
    return NotNow("the citizen cannot take a call: send a text message");
  }
  if (!WorksOn(c)) return NotAllowed("only who works on the ticket records contacts");
  return NotJudged(c);
}

MaybeRefusal MayAddEvidence(const Case& c) {
  if (auto refusal = NeedsOther(c)) return refusal;
  if (c.actor.roles.Meets({Role::kOperator, Role::kSupervisor}) || WorksOn(c)) return std::nullopt;
  return NotAllowed("only who works on the ticket adds evidence");
}

Outcome AddEvidence(const Case& c) {
  const auto& there = c.ticket.work.evidence;
  if (std::binary_search(there.begin(), there.end(), With(c).other)) return {};
  return Record(c);
}

Outcome AddNote(const Case& c) {
  const auto& there = c.ticket.work.messages;
  if (!With(c).other.empty() && std::binary_search(there.begin(), there.end(), With(c).other)) {
    return {};  // the same message again
  }
  return Record(c);
}

// ---- warnings, another calendar ----

absl::Time WarningDeadline(const Policy& policy, const Ticket& ticket) {
  absl::Time next = absl::InfiniteFuture();
  for (const TicketClock& clock : ticket.clocks) {
    next = std::min(next, NextWarning(policy.calendar, clock).time);
  }
  return next;
}

Outcome Warn(const Case& c) {
  for (const TicketClock& clock : c.ticket.clocks) {
    const Warning warning = NextWarning(c.policy.calendar, clock);
    if (warning.time != c.due) continue;
    return {Warned{clock.kind, warning.stage, c.due, c.now - c.due > c.policy.late_after}, {}};
  }
  return {};
}

Outcome Recompute(const Case& c) {
  std::vector<ClockSet> clocks;
  for (const TicketClock& clock : c.ticket.clocks) {
    if (!clock.runs()) continue;
    const absl::Time due =
        std::min(DueAfter(c.policy.calendar, clock.limit, clock.start, clock.moves),
                 clock.kind == ClockKind::kHandling ? c.ticket.latest_due : absl::InfiniteFuture());
    if (due == clock.due) continue;
    clocks.push_back({clock.kind, clock.limit, clock.start, due, {.why = Why::kCalendar}});
  }
  if (clocks.empty()) return {};
  return Record(c, With(c), std::move(clocks));
}

}  // namespace hotline::ticket::rows
