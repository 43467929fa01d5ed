#include "services/ticket/core/types.h"

namespace hotline::ticket {

Actor SystemActor() {
  return {std::string(kSystemAccount), {Role::kSystem}};
}

std::string_view FormatState(State state) {
  switch (state) {
    case State::kNone:
      return "none";
    case State::kDraft:
      return "draft";
    case State::kRegistered:
      return "registered";
    case State::kWaitInfo:
      return "wait_info";
    case State::kToDispatch:
      return "to_dispatch";
    case State::kDispatched:
      return "dispatched";
    case State::kReturnAsked:
      return "return_asked";
    case State::kRuling:
      return "ruling";
    case State::kInProgress:
      return "in_progress";
    case State::kSuspended:
      return "suspended";
    case State::kDoneReview:
      return "done_review";
    case State::kToFollowUp:
      return "to_follow_up";
    case State::kRework:
      return "rework";
    case State::kClosed:
      return "closed";
    case State::kReferredOut:
      return "referred_out";
    case State::kArchived:
      return "archived";
    case State::kVoid:
      return "void";
  }
  return "unknown";
}

std::string_view FormatClosure(Closure closure) {
  switch (closure) {
    case Closure::kNone:
      return "none";
    case Closure::kOnSpot:
      return "on_spot";
    case Closure::kHandled:
      return "handled";
    case Closure::kReferredOut:
      return "referred_out";
    case Closure::kNotAccepted:
      return "not_accepted";
    case Closure::kWithdrawn:
      return "withdrawn";
    case Closure::kMerged:
      return "merged";
    case Closure::kUnreachable:
      return "unreachable";
    case Closure::kUnreasonable:
      return "unreasonable";
  }
  return "unknown";
}

std::string_view FormatCategory(Category category) {
  switch (category) {
    case Category::kNone:
      return "none";
    case Category::kAdvice:
      return "advice";
    case Category::kService:
      return "service";
    case Category::kMediation:
      return "mediation";
    case Category::kPublicity:
      return "publicity";
    case Category::kLegalAid:
      return "legal_aid";
    case Category::kComplaint:
      return "complaint";
  }
  return "unknown";
}

Category ParseCategory(std::string_view text) {
  for (int i = 1; i <= kCategories; ++i) {
    const auto category = static_cast<Category>(i);
    if (FormatCategory(category) == text) return category;
  }
  return Category::kNone;
}

}  // namespace hotline::ticket
