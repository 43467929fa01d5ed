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
std::string_view Participle(const Command& command) {
  static constexpr std::string_view kWords[] = {"opened", "linked",     "given a caller", "ended",
                                                "edited", "registered", "closed",         "moved"};
  static_assert(std::size(kWords) == std::variant_size_v<Command>);
  return kWords[command.index()];
}

}  // namespace

Decision TicketLife::Step(absl::Time now, const Actor& actor, const Command& command) {
  now = std::max(now, ticket_.update_time);
  const Case the_case{policy_, ticket_, actor, command, now};
  bool somebody_may = false;
  for (const Transition& row : Transitions()) {
    if (row.from != ticket_.state || row.trigger != command.index()) continue;
    somebody_may = true;
    if (!row.who.Meets(actor.roles)) continue;
    if (row.deadline != nullptr && row.deadline(policy_, ticket_) > now) continue;
    if (auto refusal = row.guard(the_case)) return {{}, std::move(refusal)};
    auto body = row.effect(the_case);
    if (!body) return {};
    Event event{ticket_.version + 1, now, actor.account, *std::move(body)};
    Apply(event, ticket_);
    HOTLINE_CHECK(ticket_.state == row.to, "an event leads where its row says");
    return {{std::move(event)}, std::nullopt};
  }
  if (std::holds_alternative<Tick>(command)) return {};
  const std::string what(Participle(command));
  if (!somebody_may) {
    return Refuse(Reason::kWrongState,
                  absl::StrCat("a ticket that is ", std::string(FormatState(ticket_.state)),
                               " cannot be ", what));
  }
  return Refuse(Reason::kNotAllowed,
                absl::StrCat("this account's role may not have a ticket ", what));
}

absl::Time TicketLife::next_deadline() const {
  absl::Time next = absl::InfiniteFuture();
  for (const Transition& row : Transitions()) {
    if (row.from == ticket_.state && row.deadline != nullptr) {
      next = std::min(next, row.deadline(policy_, ticket_));
    }
  }
  return next;
}

}  // namespace hotline::ticket
