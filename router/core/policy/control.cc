#include "router/core/policy/control.h"

#include <algorithm>

namespace hotline::router {
namespace {

constexpr double kLately = 150;  // calls
// A day that is off by five points moves the price by seven per cent, and none by more: days
// differ, and one price for all of them is the cheapest.
constexpr double kPace = 0.001, kMostOff = 0.05;
constexpr double kLeastWindow = 50;  // requests; fewer teach nothing
constexpr double kUrgency = 0.3;     // a rest of the day that needs ten points more: 3 % less
// With little left of the day its whole debt cannot be paid any more: the need stays within reason.
constexpr double kLeastNeeded = 0.5, kMostNeeded = 0.99;
// Without a yesterday the rest of the day is taken to be as large as this.
constexpr double kLeastRest = 100;
// Call-backs close only when the last calls are so far above the target: a few answers more or less
// must not open and close them every minute.
constexpr double kCallbackMargin = 0.02;

}  // namespace

void Control::Finished(bool connected) {
  state.finished += 1 - state.finished / kLately;
  state.connected += (connected ? 1 : 0) - state.connected / kLately;
}

bool Control::Look(const ControlInput& input) {
  const bool was_open = open(), called_back = calls_back();
  const double rest = std::max(input.expected_rest, kLeastRest);
  const double debt = rules_.target * input.requested - input.connected;
  state.needed = std::clamp(rules_.target + debt / rest, kLeastNeeded, kMostNeeded);
  if (input.window_requested >= kLeastWindow) {
    const double off = input.window_connected / input.window_requested - rules_.target;
    if (off < 0 || off > rules_.hysteresis) {
      state.base *= 1 + std::clamp(off, -kMostOff, kMostOff) * kPace;
      state.base = std::clamp(state.base, rules_.least_gain, rules_.most_gain);
    }
  }
  const double urgency = 1 - kUrgency * (state.needed - rules_.target);
  state.price = std::clamp(state.base * urgency, rules_.least_gain, rules_.most_gain);
  const double margin = state.calls_back ? kCallbackMargin : 0;
  state.calls_back = lately() < rules_.target + margin || state.needed > rules_.target + margin;
  if (open() == was_open && calls_back() == called_back) return false;
  const bool behind = open() != was_open ? open() : calls_back();
  state.reason = behind ? ControlReason::kBehind : ControlReason::kAhead;
  return true;
}

bool Control::SetMode(ControlMode mode) {
  const bool was_open = open(), called_back = calls_back();
  state.mode = mode;
  if (open() == was_open && calls_back() == called_back) return false;
  state.reason = ControlReason::kSupervisor;
  return true;
}

std::string_view FormatControlReason(ControlReason reason) {
  switch (reason) {
    case ControlReason::kNone:
      return "none";
    case ControlReason::kBehind:
      return "behind";
    case ControlReason::kAhead:
      return "ahead";
    case ControlReason::kSupervisor:
      return "supervisor";
  }
  return "?";
}

}  // namespace hotline::router
