// Rows 20 to 30: followed up, referred, reopened, withdrawn, archived; crisis and supervision.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

#include "services/ticket/core/rows.h"

namespace hotline::ticket::rows {
namespace {

/// One rating of a service event counts: the last one within this time of the first (section 3.9).
constexpr absl::Duration kRatingChange = absl::Hours(24);
constexpr int kFairGrade = 3, kMaxGrade = 5;
constexpr TimeLimit kOrderLimit = WorkingDays(2);

/// Mornings and afternoons, counted since 1970.
int64_t HalfDay(const Policy& policy, absl::Time time) {
  const absl::CivilHour hour = absl::ToCivilHour(time, policy.calendar.zone());
  return (absl::CivilDay(hour) - absl::CivilDay()) * 2 + (hour.hour() >= 12 ? 1 : 0);
}

/// The grade that counts of the last service event; 0: none.
int CountedGrade(const Ticket& ticket) {
  const auto& ratings = ticket.work.ratings;
  if (ratings.empty()) return 0;
  const std::string& event = ratings.back().service_event;
  int grade = 0;
  std::optional<absl::Time> first;
  for (const Rating& rating : ratings) {
    if (rating.service_event != event) continue;
    if (!first) first = rating.time;
    if (rating.time - *first <= kRatingChange) grade = rating.grade;
  }
  return grade;
}

}  // namespace

MaybeRefusal MayFollowUp(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = NotHandled(c, /*rules=*/false)) return refusal;
  if (With(c).time.value_or(c.now) > c.now) {
    return Missing("time", "an attempt cannot lie in the future");
  }
  if (With(c).time.value_or(c.now) < c.ticket.state_time) {
    return Missing("time", "an attempt cannot lie before the follow-up began");
  }
  const Act act = std::get<Do>(c.command).act;
  if (With(c).what == "voice") {
    if (c.ticket.marks.no_voice) {
      return NotNow("the citizen cannot take a call: follow up by text message");
    }
    const absl::Time when = With(c).time.value_or(c.now);
    const absl::CivilSecond local = absl::ToCivilSecond(when, c.policy.calendar.zone());
    const absl::Duration of_day = absl::Seconds(local - absl::CivilSecond(absl::CivilDay(local)));
    if ((of_day < c.policy.quiet_until || of_day >= c.policy.quiet_from) && !With(c).yes) {
      return NotNow("nobody is called back between 21:00 and 08:00 unless he asked for it");
    }
  }
  return act == Act::kDissatisfied ? NeedsText(c) : std::nullopt;
}

MaybeRefusal MayGiveUp(const Case& c) {
  if (auto refusal = MayFollowUp(c)) return refusal;
  std::set<int64_t> half_days, days;
  for (const absl::Time time : c.ticket.work.attempts) {
    const int64_t half = HalfDay(c.policy, time);
    half_days.insert(half);
    days.insert(half / 2);
  }
  const auto attempts = static_cast<int>(c.ticket.work.attempts.size());
  if (attempts >= c.policy.follow_up_attempts &&
      static_cast<int>(half_days.size()) >= c.policy.follow_up_half_days &&
      static_cast<int>(days.size()) >= c.policy.follow_up_days) {
    return std::nullopt;
  }
  return NotNow(absl::StrCat("it takes ", c.policy.follow_up_attempts, " attempts on ",
                             c.policy.follow_up_half_days, " different half-days over ",
                             c.policy.follow_up_days, " days; there are ", attempts, " on ",
                             half_days.size(), " over ", days.size()));
}

bool WasRedone(const Case& c) {
  return c.ticket.work.reworks > 0;
}

bool HasLead(const Case& c) {
  return !c.ticket.work.lead.org.empty();
}

/// Rows 22 and 27: half of the first limit, from now.
Outcome Rework(const Case& c) {
  const TimeLimit limit =
      HalfOf(LimitOf(c.policy, ClockKind::kHandling, MatterOf(c.ticket), PriorityOf(c.ticket)));
  return Record(
      c, With(c),
      {{ClockKind::kHandling, limit, c.now, c.policy.calendar.Deadline(c.now, limit), {}}});
}

Outcome CloseWithOrder(const Case& c) {
  Particulars with = With(c);
  with.time = c.policy.calendar.Deadline(c.now, kOrderLimit);
  return Record(c, std::move(with));
}

absl::Time RatingDeadline(const Policy&, const Ticket& ticket) {
  // A part is followed up with its whole.
  if (!ticket.parent_no.empty()) return ticket.state_time;
  const auto& ratings = ticket.work.ratings;
  const bool rated = !ratings.empty() && ratings.back().time >= ticket.state_time;
  return rated && CountedGrade(ticket) >= kFairGrade ? ratings.back().time : absl::InfiniteFuture();
}

Outcome CloseByRating(const Case& c) {
  Outcome outcome = ByItself(c, Act::kSatisfied);
  auto& acted = std::get<Acted>(*outcome.body);
  acted.with.number = CountedGrade(c.ticket);
  acted.with.late = false;  // since when it might have been closed says nothing
  return outcome;
}

MaybeRefusal MayRate(const Case& c) {
  if (auto refusal = NeedsOther(c)) return refusal;
  if (With(c).number < 1 || With(c).number > kMaxGrade) {
    return Missing("number", "number must be a grade from 1 to 5");
  }
  if (PriorityOf(c.ticket) == Priority::kCrisis) return NotNow("a crisis is not rated");
  return std::nullopt;
}

// ---- rows 26 to 29 ----

MaybeRefusal MayRefer(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = NeedsOther(c)) return refusal;
  return NeedsText(c);
}

Outcome Refer(const Case& c) {
  std::vector<ClockSet> clocks;
  StartClock(c, ClockKind::kReceipt, c.now, clocks);
  return Record(c, With(c), std::move(clocks));
}

MaybeRefusal MayReopen(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (auto refusal = NeedsText(c)) return refusal;
  if (c.ticket.closure == Closure::kMerged) return NotNow("it lives on in another ticket");
  if (c.ticket.closure == Closure::kNotAccepted && c.ticket.work.objected) {
    return NotNow("the citizen has objected once already");
  }
  const bool supervisor = c.actor.roles.Meets({Role::kSupervisor});
  const absl::Time until = c.policy.calendar.Deadline(
      c.ticket.close_time.value_or(c.ticket.update_time), c.policy.objection);
  if (!supervisor && c.now > until) {
    return NotNow("the time for objecting is over: open a new ticket and link it");
  }
  return std::nullopt;
}

absl::Time ArchiveDeadline(const Policy& policy, const Ticket& ticket) {
  const auto& orders = ticket.work.orders;
  if (!ticket.close_time ||
      std::any_of(orders.begin(), orders.end(), [](auto& order) { return !order.answered; })) {
    return absl::InfiniteFuture();
  }
  return policy.calendar.Deadline(*ticket.close_time, policy.objection);
}

Outcome Archive(const Case& c) {
  return ByItself(c, Act::kArchive);
}

MaybeRefusal MayWithdraw(const Case& c) {
  if (auto refusal = CheckSeen(c)) return refusal;
  if (!With(c).yes) return Missing("yes", "the citizen's identity must have been checked");
  if (PriorityOf(c.ticket) == Priority::kCrisis) return NotNow("a crisis is not withdrawn");
  if (c.ticket.content.category == Category::kComplaint && c.ticket.marks.risk) {
    return NotNow("a complaint is not withdrawn while somebody is in danger");
  }
  return std::nullopt;
}

// ---- row 30, supervision ----

Outcome RaiseCrisis(const Case& c) {
  if (PriorityOf(c.ticket) == Priority::kCrisis) return {};
  std::vector<ClockSet> clocks = Hurry(c, Priority::kCrisis);
  const TimeLimit feedback =
      LimitOf(c.policy, ClockKind::kHandling, MatterOf(c.ticket), Priority::kCrisis);
  const TicketClock* handling = FindClock(c.ticket.clocks, ClockKind::kHandling);
  if (handling == nullptr || !handling->runs()) {  // a crisis does not wait for anybody's papers
    const absl::Time due = c.policy.calendar.Deadline(c.now, feedback);
    clocks.push_back({ClockKind::kHandling, feedback, c.now, due,
                      handling == nullptr ? ClockMove{} : ClockMove{.why = Why::kPriority}});
  }
  return Record(c, With(c), std::move(clocks));
}

MaybeRefusal MayOrder(const Case& c) {
  if (auto refusal = NeedsText(c)) return refusal;
  return NotHandled(c, /*rules=*/true);
}

Outcome Order(const Case& c) {
  Particulars with = With(c);
  with.unit = c.ticket.work.lead;
  with.time = c.policy.calendar.Deadline(c.now, with.limit ? with.limit : kOrderLimit);
  return Record(c, std::move(with));
}

MaybeRefusal MayAnswerOrder(const Case& c) {
  if (auto refusal = LeadOnly(c)) return refusal;
  const auto& orders = c.ticket.work.orders;
  if (std::all_of(orders.begin(), orders.end(), [](auto& order) { return order.answered; })) {
    return NotNow("no supervision order waits for an answer");
  }
  const bool open = std::any_of(orders.begin(), orders.end(), [&](const auto& order) {
    return order.number == With(c).number && !order.answered;
  });
  if (!open) return Missing("number", "number must be that of an order without an answer");
  return NeedsText(c);
}

}  // namespace hotline::ticket::rows
