#include "services/ticket/core/types.h"

#include <iterator>

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

namespace {

constexpr std::string_view kMatterWords[] = {"none",       "consult",          "help",
                                             "suggestion", "lawyer_complaint", "wage_arrears",
                                             "legal_aid",  "complex",          "web_consult"};
static_assert(std::size(kMatterWords) == kMatters);
constexpr std::string_view kSecrecyWords[] = {"ordinary", "confidential", "strict"};

template <class T, size_t n>
std::optional<T> FindWord(const std::string_view (&words)[n], std::string_view text) {
  for (size_t i = 0; i < n; ++i) {
    if (words[i] == text) return static_cast<T>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view FormatMatter(Matter matter) {
  const auto i = static_cast<size_t>(matter);
  return i < std::size(kMatterWords) ? kMatterWords[i] : "unknown";
}

std::string_view FormatSecrecy(Secrecy secrecy) {
  const auto i = static_cast<size_t>(secrecy);
  return i < std::size(kSecrecyWords) ? kSecrecyWords[i] : "unknown";
}

std::string FormatPriority(Priority priority) {
  return std::string("P") + static_cast<char>('0' + static_cast<int>(priority));
}

std::optional<Matter> ParseMatter(std::string_view text) {
  return FindWord<Matter>(kMatterWords, text);
}

std::optional<Secrecy> ParseSecrecy(std::string_view text) {
  return FindWord<Secrecy>(kSecrecyWords, text);
}

std::optional<Priority> ParsePriority(std::string_view text) {
  if (text.size() != 2 || text[0] != 'P' || text[1] < '0' || text[1] > '3') return std::nullopt;
  return static_cast<Priority>(text[1] - '0');
}

}  // namespace hotline::ticket
