// Rows 4 to 14: checked, dispatched, accepted or given back, decided, shared.
#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/ticket/core/rows.h"

namespace hotline::ticket::rows {
namespace {

constexpr std::string_view kMergeReasons[] = {"same_matter", "same_external"};

bool HasName(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The limit of handling: the rule's, or a shorter one that was given.
ClockSet HandlingClock(const Case& c) {
  const Matter matter = MatterOf(c.ticket);
  const absl::Time start = CountsFromRegistration(matter) && !c.ticket.work.fault
                               ? c.ticket.register_time.value_or(c.now)
                               : c.now;
  const WorkingCalendar& calendar = c.policy.calendar;
  TimeLimit limit = LimitOf(c.policy, ClockKind::kHandling, matter, PriorityOf(c.ticket));
  const TimeLimit given = With(c).limit;
  if (given && calendar.Deadline(start, given) < calendar.Deadline(start, limit)) limit = given;
  return {ClockKind::kHandling,
          limit,
          start,
          std::min(calendar.Deadline(start, limit), c.ticket.latest_due),
          {}};
}

MaybeRefusal CheckSuspension(const Case& c) {
  static constexpr std::string_view kReasons[] = {
      "citizen_supplement", "appraisal", "audit", "court", "arbitration", "mediation"};
  if (std::find(std::begin(kReasons), std::end(kReasons), With(c).reason) == std::end(kReasons)) {
    return Missing("reason",
                   "reason must be citizen_supplement, appraisal, audit, court, arbitration or "
                   "mediation");
  }
  return LeadOnly(c);
}

MaybeRefusal CheckExtension(const Case& c) {
  if (auto refusal = LeadOnly(c)) return refusal;
  const TicketClock* handling = FindClock(c.ticket.clocks, ClockKind::kHandling);
  if (handling == nullptr || !handling->runs()) return NotNow("no handling limit runs");
  if (c.now > handling->due) return NotNow("the limit is over: an extension is asked before it");
  const WorkingCalendar& calendar = c.policy.calendar;
  const TimeLimit asked = With(c).limit, longest = c.policy.longest_extension;
  const bool in_days = asked.unit == handling->limit.unit &&
                       (asked.unit == longest.unit || asked.unit == TimeLimit::Unit::kDays);
  if (!in_days || calendar.Extend(handling->due, asked) > calendar.Extend(handling->due, longest)) {
    return Missing("limit", absl::StrCat("limit must be at most ", FormatTimeLimit(longest),
                                         ", in the unit of the limit that runs (",
                                         FormatTimeLimit(handling->limit), ")"));
  }
  if (asked.count > handling->limit.count) {
    return NotNow("with the extension the limit would be more than twice as long");
  }
  return std::nullopt;
}

}  // namespace

MaybeRefusal MayAskInfo(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  const bool supervisor = c.actor.roles.Meets({Role::kSupervisor});
  if (c.ticket.state == State::kInProgress && !supervisor) {
    if (auto refusal = LeadOnly(c)) return refusal;
  }
  if (c.ticket.state == State::kRegistered && !supervisor &&
      !c.actor.roles.Meets({Role::kCityDispatcher, Role::kCountyDispatcher})) {
    return NotAllowed("before it is dispatched, only a dispatcher stops a ticket's clock");
  }
  if (c.ticket.work.info_requests >= c.policy.max_info_requests && !supervisor) {
    return NotAllowed("material was asked for already: a further request needs a supervisor");
  }
  return NeedsText(c);
}

Outcome AskInfo(const Case& c) {
  std::vector<ClockSet> clocks;
  StartClock(c, ClockKind::kWaitInfo, c.now, clocks);
  return Record(c, With(c), std::move(clocks));
}

bool CameFromHandling(const Case& c) {
  return c.ticket.work.wait_from == State::kInProgress;
}

Outcome Supply(const Case& c) {
  return Record(c, With(c), GoOn(c));
}

absl::Time WaitInfoDeadline(const Policy&, const Ticket& ticket) {
  if (PriorityOf(ticket) == Priority::kCrisis) return absl::InfiniteFuture();
  return ClockDue(ticket, ClockKind::kWaitInfo);
}

Outcome WithdrawByItself(const Case& c) {
  return ByItself(c, Act::kWithdraw);
}

// ---- what one asks and another decides: rows 5, 15, 16, 25 ----

MaybeRefusal MayPropose(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = NeedsText(c)) return refusal;
  if (c.ticket.work.proposal) return NotNow("something is proposed already and not decided");
  const Act act = ParseAct(With(c).what);
  const State state = c.ticket.state;
  const Roles roles = c.actor.roles;
  if (act == Act::kRefuse && state == State::kRegistered) {
    if (!roles.Meets({Role::kCityDispatcher})) return NotAllowed("only a city dispatcher refuses");
    if (PriorityOf(c.ticket) == Priority::kCrisis) return NotNow("a crisis is never refused");
    if (With(c).reason.empty()) return Missing("reason", "reason must be given");
    return std::nullopt;
  }
  if (act == Act::kSuspend && state == State::kInProgress) return CheckSuspension(c);
  if (act == Act::kExtend && state == State::kInProgress) return CheckExtension(c);
  if (act == Act::kUnreasonable && state == State::kToFollowUp) {
    if (!roles.Meets({Role::kFollowUp})) return NotAllowed("only who calls back may propose that");
    return NotHandled(c, /*rules=*/false);
  }
  return NotNow(
      absl::StrCat("a ticket that is ", std::string(FormatState(state)), " has no such proposal"));
}

Outcome Propose(const Case& c) {
  Particulars with = With(c);
  with.other = c.actor.group;
  return Record(c, std::move(with));
}

MaybeRefusal MayConfirm(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  const auto& proposal = c.ticket.work.proposal;
  const Act act = std::get<Do>(c.command).act;
  if (!proposal || (act != Act::kReject && proposal->act != act)) {
    return NotNow("nobody has proposed that");
  }
  if (proposal->account == c.actor.account) {
    return NotAllowed("who asked for something cannot approve it");
  }
  if (act == Act::kReject) return NeedsText(c);
  if (PriorityOf(c.ticket) == Priority::kCrisis && act == Act::kRefuse) {
    return NotNow("a crisis is never refused");
  }
  if (act == Act::kUnreasonable) {
    if (c.actor.group.empty() || c.actor.group == proposal->group) {
      return NotAllowed("a supervisor of another group must confirm that");
    }
    return NotHandled(c, /*rules=*/true);
  }
  return NotHandled(c, /*rules=*/true);
}

Outcome Confirm(const Case& c) {
  Particulars with = c.ticket.work.proposal->with;
  with.what.clear();
  with.other.clear();
  return Record(c, std::move(with));
}

// ---- row 6 ----

MaybeRefusal MayMerge(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (PriorityOf(c.ticket) == Priority::kCrisis) return NotNow("a crisis is never merged away");
  if (With(c).other.empty() || With(c).other == c.ticket.ticket_no) {
    return Missing("other", "other must be the number of the ticket that goes on");
  }
  if (std::find(std::begin(kMergeReasons), std::end(kMergeReasons), With(c).reason) ==
      std::end(kMergeReasons)) {
    return Missing("reason", "reason must be same_matter or same_external");
  }
  return std::nullopt;
}

bool WasMerged(const Case& c) {
  return c.ticket.closure == Closure::kMerged;
}

Outcome WaitForDispatch(const Case& c) {
  std::vector<ClockSet> clocks;
  StartClock(c, ClockKind::kDispatch, c.now, clocks);
  return Record(c, With(c), std::move(clocks));
}

// ---- rows 7 to 9 ----

MaybeRefusal MayDispatch(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = CheckUnit(c)) return refusal;
  if (auto refusal = InOwnSubtree(c, With(c).unit.path)) return refusal;
  const TimeLimit rule =
      LimitOf(c.policy, ClockKind::kHandling, MatterOf(c.ticket), PriorityOf(c.ticket));
  const TimeLimit given = With(c).limit;
  if (given && c.policy.calendar.Deadline(c.now, given) > c.policy.calendar.Deadline(c.now, rule)) {
    return Missing(
        "limit", absl::StrCat("limit may only be shorter than the rule's ", FormatTimeLimit(rule)));
  }
  return std::nullopt;
}

Outcome Dispatch(const Case& c) {
  std::vector<ClockSet> clocks;
  for (const ClockKind kind : {ClockKind::kAccept, ClockKind::kReturn}) {
    StartClock(c, kind, c.now, clocks);
  }
  if (FindClock(c.ticket.clocks, ClockKind::kFirstContact) == nullptr) {
    StartClock(c, ClockKind::kFirstContact, c.now, clocks);
  }
  // The handling clock runs from the first dispatch: a return does not buy time.
  const TicketClock* handling = FindClock(c.ticket.clocks, ClockKind::kHandling);
  if (handling == nullptr) {
    clocks.push_back(HandlingClock(c));
  } else if (c.ticket.work.fault) {
    clocks.push_back(HandlingClock(c));
    clocks.back().move.why = Why::kFault;
  } else if (handling->done) {
    clocks.push_back(
        {handling->kind, handling->limit, handling->start, handling->due, {.why = Why::kAgain}});
  }
  return Record(c, With(c), std::move(clocks));
}

MaybeRefusal MayAccept(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = LeadOnly(c)) return refusal;
  return NotJudged(c);
}

absl::Time AcceptDeadline(const Policy&, const Ticket& ticket) {
  return ClockDue(ticket, ClockKind::kAccept);
}

Outcome AcceptByItself(const Case& c) {
  return ByItself(c, Act::kAcceptByItself);
}

// ---- rows 10 to 13 ----

MaybeRefusal MayReturn(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = LeadOnly(c)) return refusal;
  const Work& work = c.ticket.work;
  if (HasName(work.decided, work.lead.org)) {
    return NotNow("this unit's return was decided already: there is no second one");
  }
  if (work.bound) return NotNow("the ruling binds this unit");
  if (c.ticket.state == State::kInProgress && (!work.accepted_late || work.touched)) {
    return NotNow("the ticket has been accepted: it cannot be given back any more");
  }
  const TicketClock* clock = FindClock(c.ticket.clocks, ClockKind::kReturn);
  if (PriorityOf(c.ticket) == Priority::kCrisis || clock == nullptr) {
    return NotNow("a crisis is not given back: take it first, then hand it over");
  }
  if (c.now > clock->due) return NotNow("the time for giving it back is over");
  if (With(c).reason.empty()) return Missing("reason", "reason must be given");
  if (With(c).text.empty()) return Missing("text", "the legal basis must be given");
  if (With(c).unit.org.empty()) return Missing("unit", "the unit that is competent must be named");
  return std::nullopt;
}

Outcome WaitForRuling(const Case& c) {
  std::vector<ClockSet> clocks;
  StartClock(c, ClockKind::kRuling, c.now, clocks);
  return Record(c, With(c), std::move(clocks));
}

bool ReturnsTooOften(const Case& c) {
  return static_cast<int>(c.ticket.work.hops.size()) >= c.policy.max_hops;
}

MaybeRefusal MayDecideReturn(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = InOwnSubtree(c, c.ticket.work.lead.path)) return refusal;
  if (auto refusal = NotHandled(c, /*rules=*/true)) return refusal;
  return NeedsText(c);
}

MaybeRefusal MayContest(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = NeedsText(c)) return refusal;
  if (c.ticket.state == State::kReturnAsked) return InOwnSubtree(c, c.ticket.work.lead.path);
  if (auto refusal = LeadOnly(c)) return refusal;
  const Work& work = c.ticket.work;
  if (work.bound) return NotNow("the ruling binds this unit");
  if (HasName(work.decided, work.lead.org)) return std::nullopt;
  return NotNow("only a return that was rejected can be contested");
}

MaybeRefusal MayRule(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = NotHandled(c, /*rules=*/true)) return refusal;
  if (auto refusal = CheckUnit(c)) return refusal;
  return NeedsText(c);
}

absl::Time RulingDeadline(const Policy&, const Ticket& ticket) {
  const Unit& fallback = ticket.work.fallback;
  if (fallback.org.empty() ||
      IsRespondent(ticket.marks, Actor{.org = fallback.org, .path = fallback.path})) {
    return absl::InfiniteFuture();
  }
  return ClockDue(ticket, ClockKind::kRuling);
}

Outcome BindFallback(const Case& c) {
  Outcome outcome = ByItself(c, Act::kRule);
  std::get<Acted>(*outcome.body).with.unit = c.ticket.work.fallback;
  return outcome;
}

MaybeRefusal MayRecordFault(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (c.ticket.work.upheld.empty()) return NotNow("no return of this ticket was upheld");
  if (c.ticket.work.fault) return NotNow("the fault is recorded already");
  const TicketClock* handling = FindClock(c.ticket.clocks, ClockKind::kHandling);
  if (handling == nullptr || !handling->moves.empty() || c.ticket.work.hops.empty()) {
    return NotNow("the limit has been changed since: it does not start again");
  }
  return NeedsText(c);
}

Outcome RecordFault(const Case& c) {
  // Not dispatched yet: the next dispatch starts the clock. Else it starts with the last one.
  if (c.ticket.state == State::kToDispatch) return Record(c);
  const TicketClock& handling = *FindClock(c.ticket.clocks, ClockKind::kHandling);
  const absl::Time start = c.ticket.work.hops.back().since;
  return Record(c, With(c),
                {{ClockKind::kHandling,
                  handling.limit,
                  start,
                  std::min(c.policy.calendar.Deadline(start, handling.limit), c.ticket.latest_due),
                  {.why = Why::kFault}}});
}

// ---- row 14 ----

MaybeRefusal MayShare(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (!IsLead(c)) {
    if (!c.actor.roles.Meets({Role::kCountyDispatcher})) return LeadOnly(c);
    if (auto refusal = InOwnSubtree(c, c.ticket.work.lead.path)) return refusal;
  }
  if (auto refusal = CheckUnit(c)) return refusal;
  if (std::get<Do>(c.command).act != Act::kAddChild) return std::nullopt;
  if (With(c).other.empty()) return Missing("other", "other must be the part's number");
  const absl::Time due = ClockDue(c.ticket, ClockKind::kHandling);
  if (With(c).time.value_or(absl::InfiniteFuture()) > due) {
    return Missing("time", "a part is due no later than the whole");
  }
  return std::nullopt;
}

}  // namespace hotline::ticket::rows
