// The connect-rate control: how dear a station's time is held.
//
// A call may leave the line for a station when a mean call's time spent on such calls saves at
// least `price` callers who would otherwise hang up. One price for all classes and hours spends the
// least station time for the calls it saves (it is the shadow price of that time). In units of the
// mean call it means the same for short and long talks: in a rush that does not end a station saves
// one caller per call, so below 1 a surge opens the stations, far above it they stay closed. Once a
// minute the control moves it: slowly by how far the last 24 hours are below the target, or more
// than the hysteresis above it; and for the present day by what its rest must connect. Above
// most_gain the stations are closed.
// Call-backs cost no station time, only the caller's: they are offered while the last calls, or
// what the rest of the day must connect, say that the target is missed, and until it is met with a
// margin. Pure; part of the snapshot.
#pragma once

#include <cstdint>
#include <string_view>

#include "router/core/config.h"

namespace hotline::router {

/// A supervisor's word above the control's.
enum class ControlMode : uint8_t { kAuto, kOpen, kClosed };

/// Why the stations opened or closed.
enum class ControlReason : uint8_t {
  kNone,
  kBehind,  ///< the rest of the day must connect more than lately was connected
  kAhead,   ///< less is enough
  kSupervisor,
};

/// What the control looks at, once a minute.
struct ControlInput {
  double requested = 0, connected = 0;                ///< today, of calls whose result is known
  double expected_rest = 0;                           ///< requests until midnight, as yesterday had
  double window_requested = 0, window_connected = 0;  ///< the last 24 hours
};

class Control {
 public:
  explicit Control(const ControlRules& rules) : rules_(rules) {
    state.base = state.price = rules.first_gain;
  }

  /// A call that asked is answered or lost: what "lately" is made of.
  void Finished(bool connected);
  /// Moves the price. Returns whether stations or call-backs opened or closed by it.
  bool Look(const ControlInput& input);
  /// Returns whether stations or call-backs opened or closed by it.
  bool SetMode(ControlMode mode);

  bool open() const {
    return state.mode == ControlMode::kOpen ||
           (state.mode == ControlMode::kAuto && state.price < rules_.most_gain);
  }

  /// Waiting callers may be asked whether to be called back.
  bool calls_back() const {
    return state.mode == ControlMode::kOpen ||
           (state.mode == ControlMode::kAuto && state.calls_back);
  }

  /// Lost calls that a mean call's time of a station must save.
  double price() const { return state.price; }

  /// What the rest of the day must connect for the target, as of the last look.
  double needed() const { return state.needed; }

  /// What was connected of the last calls.
  double lately() const { return state.connected / state.finished; }

  struct State {
    double base = 0;                       ///< what the windows so far have taught
    double price = 0;                      ///< base, corrected for the present day
    double finished = 20, connected = 18;  ///< fading counts
    double needed = 0.9;
    ControlMode mode = ControlMode::kAuto;
    ControlReason reason = ControlReason::kNone;  ///< of the last opening or closing
    bool calls_back = false;                      ///< what the last look decided of call-backs
  };

  /// For the snapshot.
  State state;

 private:
  const ControlRules& rules_;
};

std::string_view FormatControlReason(ControlReason reason);  ///< "behind" …

}  // namespace hotline::router
