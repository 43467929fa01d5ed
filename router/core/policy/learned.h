// What the router has learnt of each class of calls: how long they wait, talk, and how many get
// through.
//
// A class is what a queue's calls need (queue and skills). Every number is a weighted count that
// forgets slowly; a class with few calls is drawn towards all calls together, so a new area begins
// as if all classes were equal. Only + − × ÷ and square roots: the same on every machine.
// Thread-compatible; part of the pure core and of its snapshot. Units: seconds.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/container/btree_map.h"

namespace hotline::router {

/// Hang-ups, answers and caller-seconds by time waited: Kaplan-Meier curves in bins.
enum class WaitEnd : uint8_t { kAnswered, kHungUp, kOther };

struct PatienceBins {
  /// A bin begins here and ends where the next one begins; the last has no end.
  static constexpr std::array<double, 18> kEdges = {0,  5,   10,  15,  20,  30,  40,  50,  60,
                                                    80, 100, 120, 150, 180, 240, 300, 420, 600};
  static constexpr size_t kBins = kEdges.size();

  std::array<double, kBins> exposure{};
  std::array<double, kBins> hang_ups{};
  std::array<double, kBins> answers{};
  double waits = 0;  ///< how many callers' worth

  void Learn(double wait, WaitEnd end);
};

/// What is known of one class, or of all calls together.
struct ClassRecord {
  PatienceBins patience;
  double talks = 0, talk = 0;          ///< talks seen, and their seconds
  double finished = 0, connected = 0;  ///< calls that asked and ended or were answered
  double at_once = 0;                  ///< of those, answered without a wait
  double last_wait = 0;                ///< of the call that was answered last
  double fair_rate = 1;                ///< connect rate that service by age alone would give
};

class Learned {
 public:
  /// Classes beyond these are known only as all calls together.
  static constexpr size_t kMaxClasses = 512;

  Learned();

  /// Returns the record of a class, made if need be; all calls together beyond the limit. The
  /// record stays where it is.
  ClassRecord& Of(const std::string& name);

  /// A call of the class is answered, hung up or let go after `wait`; zero: a seat was ready.
  void LearnWait(ClassRecord& record, double wait, WaitEnd end);
  void LearnTalk(ClassRecord& record, double seconds);
  void LearnWrapUp(double seconds);

  /// Returns the expected number of hang-ups of one caller of the class between `from` and `to`
  /// seconds of waiting, if nobody answers.
  double HangUps(const ClassRecord& record, double from, double to) const;
  /// Returns the probability that a caller who has waited `from` hangs up before `to`.
  double HangUpProbability(const ClassRecord& record, double from, double to) const;
  /// Returns the hang-up rate of all who wait (1/s).
  double HangUpRate() const;
  /// Returns the mean time a call of the class occupies a seat: talk and wrap-up.
  double HandleTime(const ClassRecord& record) const;
  /// Returns the share of the class that gets through.
  double ConnectRate(const ClassRecord& record) const;

  const ClassRecord& all() const { return all_; }

  /// For the snapshot.
  ClassRecord& all() { return all_; }

  absl::btree_map<std::string, std::unique_ptr<ClassRecord>>& classes() { return classes_; }

  const absl::btree_map<std::string, std::unique_ptr<ClassRecord>>& classes() const {
    return classes_;
  }

  double wrap_ups = 0, wrap_up = 0;  ///< wrap-ups seen, and their seconds

 private:
  double FairRate(const ClassRecord& record) const;

  ClassRecord all_;
  absl::btree_map<std::string, std::unique_ptr<ClassRecord>> classes_;
};

}  // namespace hotline::router
