#include "router/core/action.h"

#include "absl/strings/str_cat.h"

#include "router/core/facts.h"

namespace hotline::router {
namespace {

struct ActionFormatter {
  std::string operator()(const MakeOffer& a) const {
    return absl::StrCat("offer ", FormatCallId(a.call), " → ", a.target.id, " until ",
                        absl::FormatTime(absl::RFC3339_full, a.expire_time, absl::UTCTimeZone()),
                        a.overtake == Overtake::kNone ? "" : " before older calls (",
                        std::string(FormatOvertake(a.overtake)),
                        a.overtake == Overtake::kNone ? "" : ")", a.callback ? " (call-back)" : "");
  }

  std::string operator()(const OfferCallback& a) const {
    return absl::StrCat("offer a call-back to ", FormatCallId(a.call));
  }

  std::string operator()(const CallbackAnswer& a) const {
    return absl::StrCat(
        "call-back ", FormatCallId(a.callback),
        a.refusal == CallbackRefusal::kNone
            ? " booked"
            : absl::StrCat(" refused (", std::string(FormatCallbackRefusal(a.refusal)), ")"));
  }

  std::string operator()(const DialCaller& a) const {
    return absl::StrCat("dial the caller of ", FormatCallId(a.call), " until ",
                        absl::FormatTime(absl::RFC3339_full, a.expire_time, absl::UTCTimeZone()));
  }

  std::string operator()(const EndAttempt& a) const {
    return absl::StrCat("end the attempt of ", FormatCallId(a.call));
  }

  std::string operator()(const CallbackOutcome& a) const {
    return absl::StrCat("call-back ", FormatCallId(a.callback), " ",
                        std::string(FormatCallbackResult(a.result)), " after ", a.attempts,
                        a.attempts == 1 ? " attempt" : " attempts",
                        a.answered_by ? absl::StrCat(" by ", a.answered_by->id) : "");
  }

  std::string operator()(const WithdrawOffer& a) const {
    return absl::StrCat("withdraw ", FormatCallId(a.call), " (",
                        std::string(FormatOfferFailure(a.why)), ")");
  }

  std::string operator()(const ReleaseCall& a) const {
    return absl::StrCat("release ", FormatCallId(a.call), " (",
                        std::string(FormatEndCause(a.cause)), ")");
  }

  std::string operator()(const SeatChanged& a) const {
    std::string text = absl::StrCat(a.seat, " ", std::string(FormatSeatState(a.state)));
    if (!a.reason.empty()) absl::StrAppend(&text, " (", a.reason, ")");
    if (a.call) absl::StrAppend(&text, " ", FormatCallId(a.call));
    return text;
  }

  std::string operator()(const CallChanged& a) const {
    return absl::StrCat(FormatCallId(a.call), " ", std::string(FormatCallState(a.state)),
                        a.target ? absl::StrCat(" → ", a.target->id) : "");
  }

  std::string operator()(const StationChanged& a) const {
    return absl::StrCat("station ", a.station, a.open ? " open" : " closed", ", ", a.busy, " busy");
  }

  std::string operator()(const ControlChanged& a) const {
    return absl::StrCat("stations ", a.open ? "opened" : "closed", " for escalation",
                        a.calls_back ? ", call-backs offered" : "", " (",
                        std::string(FormatControlReason(a.reason)), ")");
  }

  std::string operator()(const CallOutcome& a) const {
    return absl::StrCat("outcome ", FormatCallId(a.request.call), " ",
                        std::string(FormatTelephonyResult(a.result)),
                        a.answered_by ? absl::StrCat(" by ", a.answered_by->id) : "", " (",
                        std::string(FormatEndCause(a.facts.cause)), ")");
  }
};

}  // namespace

std::string_view FormatOvertake(Overtake overtake) {
  switch (overtake) {
    case Overtake::kNone:
      return "";
    case Overtake::kPriority:
      return "priority";
    case Overtake::kSkill:
      return "skill";
    case Overtake::kNode:
      return "their call service is away";
    case Overtake::kRing:
      return "ring";
    case Overtake::kIndex:
      return "index";
    case Overtake::kTurn:
      return "turn";
    case Overtake::kBar:
      return "bar";
    case Overtake::kHold:
      return "hold";
    case Overtake::kGain:
      return "gain";
    case Overtake::kNear:
      return "near";
    case Overtake::kStation:
      return "not theirs to take";
  }
  return "";
}

bool operator==(const CallOutcome& a, const CallOutcome& b) {
  return a.request == b.request && SameFacts(a.facts, b.facts) && a.answered_by == b.answered_by &&
         a.result == b.result && a.record == b.record;
}

std::string FormatAction(const Action& action) {
  return std::visit(ActionFormatter{}, action);
}

}  // namespace hotline::router
