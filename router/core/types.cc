#include "router/core/types.h"

namespace hotline::router {

std::string_view FormatSeatState(SeatState state) {
  switch (state) {
    case SeatState::kSignedOut:
      return "signed out";
    case SeatState::kNotReady:
      return "not ready";
    case SeatState::kReady:
      return "ready";
    case SeatState::kOffered:
      return "offered";
    case SeatState::kOnCall:
      return "on call";
    case SeatState::kWrapUp:
      return "wrap-up";
    case SeatState::kUnknown:
      return "unknown";
  }
  return "?";
}

std::string_view FormatCallState(CallState state) {
  switch (state) {
    case CallState::kQueued:
      return "queued";
    case CallState::kOffered:
      return "offered";
    case CallState::kConnected:
      return "connected";
    case CallState::kHeld:
      return "held";
    case CallState::kEnded:
      return "ended";
  }
  return "?";
}

std::string_view FormatOfferFailure(OfferFailure why) {
  switch (why) {
    case OfferFailure::kNoAnswer:
      return "no_answer";
    case OfferFailure::kDeclined:
      return "declined";
    case OfferFailure::kUnreachable:
      return "unreachable";
    case OfferFailure::kCancelled:
      return "cancelled";
    case OfferFailure::kFailed:
      return "failed";
  }
  return "?";
}

}  // namespace hotline::router
