// What each act leaves in the ticket, beside its state and its deadlines.
#include <algorithm>

#include "services/ticket/core/ticket.h"

namespace hotline::ticket {
namespace {

void AddTo(std::vector<std::string>& sorted, const std::string& text) {
  const auto place = std::lower_bound(sorted.begin(), sorted.end(), text);
  if (!text.empty() && (place == sorted.end() || *place != text)) sorted.insert(place, text);
}

class ActApplier {
 public:
  ActApplier(const Event& event, const Acted& acted, Ticket& ticket)
      : event_(event), with_(acted.with), ticket_(ticket), work_(ticket.work) {}

  void Apply(Act act) {
    Finish(act);
    if (!ApplyDispatch(act) && !ApplyHandling(act) && !ApplyEnd(act)) ApplyNote(act);
  }

 private:
  void Done(ClockKind kind) {
    TicketClock* clock = FindClock(ticket_.clocks, kind);
    if (clock != nullptr && !clock->done) clock->done = event_.time;
  }

  /// The clocks that an act ends.
  void Finish(Act act) {
    switch (act) {
      case Act::kDispatch:
        Done(ClockKind::kDispatch);
        break;
      case Act::kAccept:
      case Act::kAcceptByItself:
        Done(ClockKind::kAccept);
        break;
      case Act::kAskReturn:
        Done(ClockKind::kAccept);
        Done(ClockKind::kReturn);
        break;
      case Act::kUpholdReturn:
      case Act::kRejectReturn:
      case Act::kRule:
        Done(ClockKind::kRuling);
        break;
      case Act::kSubmit:
        Done(ClockKind::kHandling);
        Done(ClockKind::kFirstContact);
        Done(ClockKind::kWebReply);
        Done(ClockKind::kReturn);
        break;
      case Act::kContact:
        if (with_.yes) Done(ClockKind::kFirstContact);
        break;
      case Act::kRejectResult:
      case Act::kPassResult:
        Done(ClockKind::kReview);
        break;
      case Act::kDissatisfied:
        Done(ClockKind::kFollowUp);
        break;
      case Act::kSupply:
        if (ticket_.state == State::kWaitInfo) Done(ClockKind::kWaitInfo);
        break;
      case Act::kResume:
        Done(ClockKind::kSuspension);
        break;
      case Act::kRefer:
        for (TicketClock& clock : ticket_.clocks) Done(clock.kind);
        break;
      case Act::kReferBack:
        Done(ClockKind::kReceipt);
        break;
      default:
        break;
    }
  }

  /// Rows 7 to 14.
  bool ApplyDispatch(Act act) {
    switch (act) {
      case Act::kDispatch:
        if (!work_.hops.empty()) work_.hops.back().until = event_.time;
        work_.hops.push_back({with_.unit, event_.time, std::nullopt});
        work_.lead = with_.unit;
        work_.fallback = with_.fallback;
        work_.accepted_late = work_.touched = work_.fault = false;
        return true;
      case Act::kAccept:
        AddTo(work_.handlers, event_.account);
        return true;
      case Act::kAcceptByItself:
        work_.accepted_late = true;
        return true;
      case Act::kAskReturn:
        AddTo(work_.handlers, event_.account);
        return true;
      case Act::kUpholdReturn:
        AddTo(work_.rulers, event_.account);
        AddTo(work_.upheld, work_.lead.org);
        AddTo(work_.decided, work_.lead.org);
        return true;
      case Act::kRejectReturn:
        AddTo(work_.rulers, event_.account);
        AddTo(work_.decided, work_.lead.org);
        return true;
      case Act::kRule:
        if (event_.account != kSystemAccount) AddTo(work_.rulers, event_.account);
        work_.bound = true;
        if (!(with_.unit == work_.lead)) {
          if (!work_.hops.empty()) work_.hops.back().until = event_.time;
          work_.hops.push_back({with_.unit, event_.time, std::nullopt});
        }
        work_.lead = with_.unit;
        return true;
      case Act::kRecordFault:
        // Taken back by the next dispatch; at once where it has been dispatched again already.
        work_.fault = ticket_.state == State::kToDispatch;
        return true;
      case Act::kAddChild:
        work_.children.push_back({with_.other, false});
        work_.touched = true;
        return true;
      case Act::kChildClosed:
        for (Child& child : work_.children) {
          if (child.ticket_no == with_.other) child.closed = with_.yes;
        }
        return true;
      case Act::kAddCoHandler:
        work_.co_handlers.push_back(with_.unit);
        work_.touched = true;
        return true;
      case Act::kHandOver:
        if (!work_.hops.empty()) work_.hops.back().until = event_.time;
        work_.hops.push_back({with_.unit, event_.time, std::nullopt});
        work_.lead = with_.unit;
        work_.touched = true;
        return true;
      default:
        return false;
    }
  }

  /// Rows 4, 15 to 19 and 23.
  bool ApplyHandling(Act act) {
    switch (act) {
      case Act::kAskInfo:
        ++work_.info_requests;
        work_.wait_from = ticket_.state;
        return true;
      case Act::kPropose:
        work_.proposal =
            Proposal{ParseAct(with_.what), event_.account, with_.other, with_, event_.time};
        return true;
      case Act::kReject:
      case Act::kSuspend:
        work_.proposal.reset();
        return true;
      case Act::kExtend:
        work_.proposal.reset();
        ++work_.extensions;
        return true;
      case Act::kContact:
        work_.contacts.push_back({with_.time.value_or(event_.time), with_.yes, false});
        work_.touched = true;
        AddTo(work_.handlers, event_.account);
        return true;
      case Act::kDoubtContact:
        for (auto last = work_.contacts.rbegin(); last != work_.contacts.rend(); ++last) {
          if (!last->reached) continue;
          last->doubted = true;
          break;
        }
        return true;
      case Act::kEvidence:
        AddTo(work_.evidence, with_.other);
        work_.touched = true;
        return true;
      case Act::kSubmit:
        work_.result = with_.text;
        work_.proposal.reset();
        AddTo(work_.handlers, event_.account);
        return true;
      case Act::kRejectResult:
        return true;
      case Act::kPassResult:
        work_.public_answer = with_.text;
        work_.attempts.clear();
        return true;
      default:
        return false;
    }
  }

  /// Rows 5, 6, 20 to 29.
  bool ApplyEnd(Act act) {
    switch (act) {
      case Act::kRefuse:
        ticket_.closure = Closure::kNotAccepted;
        return true;
      case Act::kMerge:
        ticket_.closure = Closure::kMerged;
        work_.merged_into = with_.other;
        return true;
      case Act::kUnmerge:
        work_.merged_into.clear();
        return true;
      case Act::kSatisfied:
        Called();
        ticket_.closure = Closure::kHandled;
        return true;
      case Act::kNoAnswer:
        Called();
        work_.attempts.push_back(with_.time.value_or(event_.time));
        return true;
      case Act::kUnreachable:
        Called();
        ticket_.closure = Closure::kUnreachable;
        return true;
      case Act::kDissatisfied:
        Called();
        if (work_.reworks == 0) {
          ++work_.reworks;
        } else {  // row 24
          ticket_.closure = Closure::kHandled;
          Order();
        }
        return true;
      case Act::kUnreasonable:
        ticket_.closure = Closure::kUnreasonable;
        return true;
      case Act::kRefer:
        work_.referred_to = with_.other;
        return true;
      case Act::kReceipt:
        work_.receipt = with_.other;
        ticket_.closure = Closure::kReferredOut;
        return true;
      case Act::kReopen:
        if (ticket_.closure == Closure::kNotAccepted) work_.objected = true;
        return true;
      case Act::kWithdraw:
        ticket_.closure = Closure::kWithdrawn;
        return true;
      default:
        return false;
    }
  }

  void ApplyNote(Act act) {
    switch (act) {
      case Act::kRaiseCrisis:
        ticket_.marks.priority = Priority::kCrisis;
        ticket_.marks.secrecy = Secrecy::kStrict;
        ticket_.marks.risk = true;
        break;
      case Act::kRate:
        work_.ratings.push_back({with_.other, with_.number, event_.time});
        break;
      case Act::kOrder:
        Order();
        break;
      case Act::kAnswerOrder:
        for (SupervisionOrder& order : work_.orders) {
          if (order.number == with_.number) order.answered = true;
        }
        break;
      case Act::kSupply:
      case Act::kNote:
        AddTo(work_.messages, with_.other);
        break;
      default:
        break;
    }
  }

  void Called() {
    if (event_.account != kSystemAccount) AddTo(work_.callers_back, event_.account);
  }

  void Order() {
    work_.orders.push_back({static_cast<int>(work_.orders.size()) + 1, event_.account, with_.text,
                            with_.time.value_or(absl::InfiniteFuture()), false});
  }

  const Event& event_;
  const Particulars& with_;
  Ticket& ticket_;
  Work& work_;
};

}  // namespace

void ApplyAct(const Event& event, const Acted& acted, Ticket& ticket) {
  ActApplier(event, acted, ticket).Apply(acted.act);
}

}  // namespace hotline::ticket
