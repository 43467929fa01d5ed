#include "services/ticket/exchange/public_view.h"

namespace hotline::ticket {
namespace {

std::string StageOf(State state) {
  switch (state) {
    case State::kNone:
    case State::kDraft:
      return "received";
    case State::kRegistered:
    case State::kToDispatch:
      return "accepted";
    case State::kWaitInfo:
      return "waits_for_citizen";
    case State::kDispatched:
    case State::kReturnAsked:
    case State::kRuling:
      return "dispatched";
    case State::kInProgress:
    case State::kSuspended:
    case State::kDoneReview:
    case State::kRework:
      return "in_progress";
    case State::kToFollowUp:
      return "follow_up";
    case State::kReferredOut:
      return "referred";
    case State::kClosed:
    case State::kArchived:
    case State::kVoid:
      return "closed";
  }
  return "";
}

}  // namespace

PublicView PublicViewOf(const Ticket& ticket) {
  PublicView view{.stage = StageOf(ticket.state),
                  .deadline = std::nullopt,
                  .public_answer = ticket.work.public_answer,
                  .closure = "",
                  .grade = ticket.work.ratings.empty() ? 0 : ticket.work.ratings.back().grade};
  const TicketClock* handling = FindClock(ticket.clocks, ClockKind::kHandling);
  if (handling != nullptr && handling->runs()) view.deadline = handling->due;
  if (ticket.closure != Closure::kNone) view.closure = FormatClosure(ticket.closure);
  // What is closed on the spot has no result of its own: the answer to the citizen is it.
  if (ticket.closure == Closure::kOnSpot) view.public_answer = ticket.content.answer;
  return view;
}

bool MustTell(const std::string& source, const Ticket& before, const Ticket& after) {
  if (source.empty() || after.marks.external_source != source || after.marks.external_no.empty()) {
    return false;
  }
  const bool is_new =
      before.marks.external_source != source || before.marks.external_no != after.marks.external_no;
  return is_new || PublicViewOf(before) != PublicViewOf(after);
}

}  // namespace hotline::ticket
