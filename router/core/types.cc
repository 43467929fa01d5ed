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
    case CallState::kDialling:
      return "dialling";
  }
  return "?";
}

std::string_view FormatCallbackRefusal(CallbackRefusal why) {
  switch (why) {
    case CallbackRefusal::kNone:
      return "none";
    case CallbackRefusal::kNotOffered:
      return "not_offered";
    case CallbackRefusal::kNotWaiting:
      return "not_waiting";
    case CallbackRefusal::kText:
      return "text";
    case CallbackRefusal::kTwice:
      return "twice";
    case CallbackRefusal::kFull:
      return "full";
  }
  return "?";
}

std::string_view FormatCallbackResult(CallbackResult result) {
  switch (result) {
    case CallbackResult::kTalked:
      return "talked";
    case CallbackResult::kAbandoned:
      return "abandoned";
    case CallbackResult::kNotReached:
      return "not_reached";
    case CallbackResult::kExpired:
      return "expired";
    case CallbackResult::kCancelled:
      return "cancelled";
    case CallbackResult::kFailed:
      return "failed";
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
