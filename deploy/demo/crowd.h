// The people of the demo: when they call, which number, how long they wait and talk; how agents
// answer.
//
// Deterministic by seed. Thread-compatible.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"

#include "deploy/demo/robot/robot_call.h"

namespace hotline::demo {

inline constexpr int kCallerTone = 300;
inline constexpr int kSeatTone = 600;
inline constexpr int kStationTone = 900;

/// A number that is called, with the header that its entry is known by.
struct DialledNumber {
  std::string number;
  std::vector<std::pair<std::string, std::string>> headers;

  /// Only calls from the 12345 line's border may say so in a header.
  bool partner() const { return !headers.empty(); }
};

struct CrowdOptions {
  uint64_t seed = 1;
  int seats = 1;     ///< the peak is what so many seats can just serve
  double pace = 72;  ///< how much faster than real time a day goes by: 72 is a day in 20 min
  absl::Duration start = absl::Hours(8) + absl::Minutes(50);  ///< time of day at the beginning
  std::vector<DialledNumber> numbers;                         ///< the first is dialled most
};

class Crowd {
 public:
  explicit Crowd(CrowdOptions options);

  /// The demo's time of day after `elapsed` of real time.
  absl::Duration TimeOfDay(absl::Duration elapsed) const;
  /// When the next person calls, after `elapsed`, in real time.
  absl::Duration NextArrival(absl::Duration elapsed);
  /// Who that is.
  robot::CallerOptions NextCaller();
  /// What an agent does with a call: mostly answers soon, sometimes refuses or is not there.
  robot::AnswerPlan NextAnswer(int tone_hz);

  // Mean times of the compressed day, in real time.
  static constexpr absl::Duration kMeanTalk = absl::Seconds(12);
  static constexpr absl::Duration kMeanPatience = absl::Seconds(30);
  static constexpr absl::Duration kMeanAfterCall = absl::Seconds(4);

 private:
  double Uniform();
  absl::Duration Exponential(absl::Duration mean);

  const CrowdOptions options_;
  std::mt19937_64 random_;
  int callers_ = 0;
};

}  // namespace hotline::demo
