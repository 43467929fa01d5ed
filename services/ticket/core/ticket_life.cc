#include "services/ticket/core/ticket_life.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/base/check.h"

namespace hotline::ticket {
namespace {

using Reason = Refusal::Reason;

Decision Refuse(Reason reason, std::string sentence) {
  return {{}, Refusal{reason, std::move(sentence), {}, {}}};
}

/// How a person calls it.
std::string Participle(const Command& command) {
  static constexpr std::string_view kWords[] = {
      "opened",     "linked", "given a caller", "ended",      "edited",
      "registered", "closed", "moved",          "classified", "moved"};
  static_assert(std::size(kWords) == std::variant_size_v<Command>);
  if (const auto* act = std::get_if<Do>(&command)) {
    return absl::StrCat("changed by \"", std::string(FormatAct(act->act)), "\"");
  }
  return std::string(kWords[command.index()]);
}

/// A crisis in a ticket must be heard of; everything else has an end.
bool IsFull(const Ticket& ticket, const Command& command) {
  const auto* act = std::get_if<Do>(&command);
  return act != nullptr && act->act != Act::kRaiseCrisis && ticket.version >= kMaxVersions;
}

}  // namespace

Decision TicketLife::Step(absl::Time now, const Actor& actor, const Command& command) {
  now = std::max(now, ticket_.update_time);
  if (std::holds_alternative<Tick>(command)) return DoWhatIsDue(now, actor);
  // The hotline itself is nobody's respondent: a call must find its ticket.
  if (!actor.roles.Meets({Role::kSystem}) && IsRespondent(ticket_.marks, actor)) {
    return Refuse(Reason::kNotAllowed, "this account may have nothing to do with this ticket");
  }
  if (IsFull(ticket_, command)) {
    return Refuse(Reason::kWrongState, "the ticket has too many changes: open a new one, linked");
  }
  Case the_case{policy_, ticket_, actor, command, now};
  bool somebody_may = false;
  for (const Transition& row : Transitions()) {
    if (!row.from.Has(ticket_.state) || row.trigger != TriggerOf(command)) continue;
    if (row.when != nullptr && !row.when(the_case)) continue;
    somebody_may = true;
    if (row.who.Meets(actor.roles)) return Take(row, the_case);
  }
  const std::string what = Participle(command);
  if (!somebody_may) {
    return Refuse(Reason::kWrongState,
                  absl::StrCat("a ticket that is ", std::string(FormatState(ticket_.state)),
                               " cannot be ", what));
  }
  return Refuse(Reason::kNotAllowed,
                absl::StrCat("this account's role may not have a ticket ", what));
}

Decision TicketLife::Take(const Transition& row, Case the_case) {
  the_case.to = row.to == State::kNone ? ticket_.state : row.to;
  if (auto refusal = row.guard(the_case)) return {{}, std::move(refusal)};
  Outcome outcome = row.effect(the_case);
  if (!outcome.body) return {};
  Event event{ticket_.version + 1, the_case.now, the_case.actor.account, *std::move(outcome.body),
              std::move(outcome.clocks)};
  Apply(event, ticket_);
  HOTLINE_CHECK(ticket_.state == the_case.to, "an event leads where its row says");
  return {{std::move(event)}, std::nullopt};
}

Decision TicketLife::DoWhatIsDue(absl::Time now, const Actor& actor) {
  Decision all;
  for (int i = 0; i < kMaxTicksAtOnce; ++i) {
    const auto [row, due] = NextRow();
    if (row == nullptr || due > now || !row->who.Meets(actor.roles)) break;
    const Command command = Tick{};
    Decision one = Take(*row, {policy_, ticket_, actor, command, now, State::kNone, due});
    HOTLINE_CHECK(!one.events.empty(), "what is due happens, or it would be due for ever");
    all.events.push_back(std::move(one.events.front()));
  }
  return all;
}

std::pair<const Transition*, absl::Time> TicketLife::NextRow() const {
  std::pair<const Transition*, absl::Time> next{nullptr, absl::InfiniteFuture()};
  for (const Transition& row : Transitions()) {
    if (row.deadline == nullptr || !row.from.Has(ticket_.state)) continue;
    const absl::Time due = row.deadline(policy_, ticket_);
    if (due < next.second) next = {&row, due};
  }
  return next;
}

absl::Time TicketLife::next_deadline() const {
  return NextRow().second;
}

}  // namespace hotline::ticket
