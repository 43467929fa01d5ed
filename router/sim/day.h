// A day to simulate: who calls when, for how long they would wait and talk, and which seats are
// there.
//
// Everything random is drawn before the day is run, so that every policy faces the same day. Values
// only. Units: seconds since the day's midnight.
#pragma once

#include <string>
#include <vector>

namespace hotline::sim {

struct DayCall {
  double time = 0;      ///< asks for a person
  int type = 0;         ///< index into Day::types
  int priority = 3;     ///< 0 to 3, as router::Priority
  double patience = 0;  ///< hangs up when it has waited so long
  double service = 0;   ///< talk time
  double wrap_up = 0;   ///< the seat's work after it
};

struct DaySession {
  std::string seat;
  double start = 0;
  double end = 0;
  std::vector<int> types;  ///< what the seat can serve, sorted
};

struct Day {
  std::vector<std::string> types;
  std::vector<DayCall> calls;        ///< by time
  std::vector<DaySession> sessions;  ///< by start
};

}  // namespace hotline::sim
