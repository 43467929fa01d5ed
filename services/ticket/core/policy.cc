#include "services/ticket/core/policy.h"

namespace hotline::ticket {
namespace {

constexpr TimeLimit kNoLimit;

constexpr size_t At(ClockKind kind) {
  return static_cast<size_t>(kind);
}

constexpr size_t At(Matter matter) {
  return static_cast<size_t>(matter);
}

}  // namespace

std::array<LimitRow, kClockKinds> DefaultLimits() {
  std::array<LimitRow, kClockKinds> limits{};
  // clang-format off
  //                                  P0           P1           P2               P3
  limits[At(ClockKind::kDispatch)]     = {Minutes(5),  Minutes(15), Minutes(30),     WorkingHours(2)};
  limits[At(ClockKind::kAccept)]       = {Minutes(10), Minutes(30), WorkingHours(2), WorkingHours(4)};
  limits[At(ClockKind::kReturn)]       = {kNoLimit,    Hours(4),    WorkingDays(1),  WorkingDays(1)};
  limits[At(ClockKind::kRuling)]       = {Hours(4),    Hours(4),    WorkingDays(1),  WorkingDays(1)};
  limits[At(ClockKind::kFirstContact)] = {Minutes(10), Hours(2),    WorkingDays(1),  WorkingDays(1)};
  limits[At(ClockKind::kReview)]       = {Hours(2),    Hours(4),    WorkingDays(1),  WorkingDays(1)};
  limits[At(ClockKind::kFollowUp)]     = {Days(1),     WorkingHours(4), WorkingDays(1), WorkingDays(1)};
  limits[At(ClockKind::kWaitInfo)]     = {WorkingDays(10), WorkingDays(10), WorkingDays(10), WorkingDays(10)};
  limits[At(ClockKind::kSuspension)]   = {WorkingDays(30), WorkingDays(30), WorkingDays(30), WorkingDays(30)};
  limits[At(ClockKind::kReceipt)]      = {WorkingHours(4), WorkingDays(1),  WorkingDays(2),  WorkingDays(2)};
  limits[At(ClockKind::kWebReply)]     = {Hours(2),    Hours(2),    Hours(4),        Hours(6)};
  // clang-format on
  return limits;
}

std::array<LimitRow, kMatters> DefaultHandling() {
  std::array<LimitRow, kMatters> handling{};
  // clang-format off
  // A crisis wants its feedback after two hours, whatever it is about.
  //                                       P0        P1           P2              P3
  handling[At(Matter::kNone)]            = {Hours(2), Hours(24),   WorkingDays(3),  WorkingDays(5)};
  handling[At(Matter::kConsult)]         = {Hours(2), Hours(24),   WorkingDays(1),  WorkingDays(3)};
  handling[At(Matter::kHelp)]            = {Hours(2), Hours(24),   WorkingDays(3),  WorkingDays(5)};
  handling[At(Matter::kSuggestion)]      = {Hours(2), Hours(24),   WorkingDays(10), WorkingDays(13)};
  handling[At(Matter::kLawyerComplaint)] = {Hours(2), Hours(24),   WorkingDays(10), WorkingDays(10)};
  handling[At(Matter::kWageArrears)]     = {Hours(2), SameDay(),   SameDay(),       Days(7)};
  handling[At(Matter::kLegalAid)]        = {Hours(2), Hours(24),   WorkingDays(3),  Days(7)};
  handling[At(Matter::kComplex)]         = {Hours(2), Hours(24),   Days(15),        Days(15)};
  handling[At(Matter::kWebConsult)]      = {Hours(2), Hours(24),   WorkingDays(1),  WorkingDays(3)};
  // clang-format on
  return handling;
}

Matter MatterOf(Matter marked, Category category) {
  if (marked != Matter::kNone) return marked;
  switch (category) {
    case Category::kAdvice:
      return Matter::kConsult;
    case Category::kService:
    case Category::kMediation:
    case Category::kPublicity:
      return Matter::kHelp;
    case Category::kLegalAid:
      return Matter::kLegalAid;
    case Category::kComplaint:
      return Matter::kSuggestion;
    case Category::kNone:
      break;
  }
  return Matter::kNone;
}

TimeLimit LimitOf(const Policy& policy, ClockKind clock, Matter matter, Priority priority) {
  const auto p = static_cast<size_t>(priority);
  if (clock == ClockKind::kHandling) return policy.handling.at(At(matter)).at(p);
  return policy.limits.at(At(clock)).at(p);
}

bool CountsFromRegistration(Matter matter) {
  return matter == Matter::kWageArrears || matter == Matter::kLawyerComplaint;
}

}  // namespace hotline::ticket
