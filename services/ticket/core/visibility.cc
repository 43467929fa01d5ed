#include "services/ticket/core/visibility.h"

#include <algorithm>

#include "services/ticket/core/act.h"

namespace hotline::ticket {
namespace {

/// Of the whole area, by their office.
constexpr Roles kOverseers = {Role::kCityDispatcher, Role::kSupervisor, Role::kAuditor,
                              Role::kFollowUp, Role::kSystem};
/// Who takes calls sees what callers asked before.
constexpr Roles kSeats = {Role::kOperator, Role::kExpert, Role::kContractor};

/// It is, or was, theirs: they opened it, answer for it, help with it, or it lies below them.
bool IsTheirs(const Ticket& ticket, const Actor& actor) {
  if (actor.account == ticket.first_contact) return true;
  const Work& work = ticket.work;
  const auto theirs = [&](const Unit& unit) {
    return !unit.org.empty() && (unit.org == actor.org || IsWithin(unit.path, actor.path));
  };
  return theirs(work.lead) ||
         std::any_of(work.co_handlers.begin(), work.co_handlers.end(), theirs) ||
         std::any_of(work.hops.begin(), work.hops.end(),
                     [&](const Hop& hop) { return theirs(hop.unit); });
}

/// A clerk whose place in the tree nobody has told takes calls like a seat.
bool SitsAtASeat(const Actor& actor) {
  return actor.roles.Meets(kSeats) ||
         (actor.roles.Meets({Role::kStationClerk}) && actor.org.empty() && actor.path.empty());
}

}  // namespace

bool MaySee(const Ticket& ticket, const Actor& actor) {
  if (actor.roles.Meets({Role::kSystem})) return true;
  if (IsRespondent(ticket.marks, actor)) return false;
  if (actor.roles.Meets(kOverseers) || IsTheirs(ticket, actor)) return true;
  return ticket.marks.secrecy != Secrecy::kStrict && SitsAtASeat(actor);
}

bool SeesCitizen(const Ticket& ticket, const Actor& actor) {
  if (ticket.marks.secrecy == Secrecy::kOrdinary && !ticket.content.confidential) return true;
  return actor.roles.Meets(kOverseers) || IsTheirs(ticket, actor);
}

}  // namespace hotline::ticket
