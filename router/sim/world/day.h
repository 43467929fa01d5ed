// A day to simulate: who calls when, for how long they would wait and talk, and which seats are
// there.
//
// Everything random is drawn before the day is run, so that every policy faces the same day. Values
// only. Units: seconds since the day's start.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace hotline::sim {

inline constexpr uint32_t kNoCall = std::numeric_limits<uint32_t>::max();

/// How a caller who gives up leaves.
enum class HangUp : uint8_t {
  kHeard,   ///< the router is told
  kLost,    ///< the message is lost: the router offers a call that is no more
  kSilent,  ///< the line stays open with nobody on it: a seat finds that out
};

struct DayCall {
  double time = 0;      ///< asks for a person; of a repeated attempt: this long after the hang-up
  int type = 0;         ///< index into Day::types
  int priority = 3;     ///< 0 to 3, as router::Priority
  double patience = 0;  ///< hangs up when it has waited so long
  double service = 0;   ///< talk time
  double wrap_up = 0;   ///< the seat's work after it
  HangUp hang_up = HangUp::kHeard;
  bool accepts_callback = false;  ///< if asked
  uint32_t reached_at = 0;        ///< by the how-manieth attempt of the call-back; 0: never
  /// Who hangs up calls again as this one: an index into Day::calls, or kNoCall.
  uint32_t again = kNoCall;
};

/// What happens to a caller whose seat leaves in the middle of the talk.
enum class Leaving : uint8_t {
  kFinish,    ///< the seat ends the talk first
  kHandBack,  ///< the caller goes back to the queue with the rest of the talk: the seat is lost
};

struct DaySession {
  std::string seat;
  double start = 0;
  double end = 0;
  std::vector<int> types;  ///< what the seat can serve, sorted
  Leaving leaving = Leaving::kFinish;
  std::string group;  ///< site or team; may be empty
};

/// The router's clock is set forward (or back) by `by` at `time`.
struct ClockJump {
  double time = 0;
  double by = 0;
};

struct Day {
  std::vector<std::string> types;
  std::vector<std::string> homes;    ///< by type: the seat group next to its callers; may be empty
  std::vector<DayCall> calls;        ///< first attempts by time, then repeated ones
  size_t repeated = 0;               ///< how many of `calls`, the last ones, are repeated attempts
  std::vector<DaySession> sessions;  ///< by start
  std::vector<ClockJump> clock_jumps;
  double measure_from = 0;  ///< only calls that arrive in [from, to) are counted
  double measure_to = std::numeric_limits<double>::infinity();
  double silent_time = 10;     ///< what a seat spends on a silent line
  double answer_ring = 10;     ///< until a called-back caller answers
  double no_answer_ring = 30;  ///< until one who is not there is given up
  bool counted = true;         ///< false: a day from which the router only learns

  size_t first_attempts() const { return calls.size() - repeated; }
};

}  // namespace hotline::sim
