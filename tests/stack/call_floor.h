// A floor of seats with talking and waiting callers: what fault drills and benches break or
// measure.
//
// Uses the load queue of tests/stack/area.yaml. One thread; waits are bounded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

#include "deploy/demo/area/area_client.h"
#include "deploy/demo/area/area_watch.h"
#include "deploy/demo/robot/robot_hub.h"
#include "tests/stack/stack.h"

namespace hotline::test {

class CallFloor {
 public:
  static constexpr char kNumber[] = "123481";
  static constexpr int kMostSeats = 21;
  static constexpr int kSeatTone = 600;
  static constexpr int kCallerTone = 300;

  /// Registers the phones of the first `seats` seats; nobody signs in yet.
  /// Returns: UNAVAILABLE if a phone cannot register.
  static absl::StatusOr<std::unique_ptr<CallFloor>> Open(Stack& stack, int seats);
  ~CallFloor();

  /// Signs `talking` seats in and connects a caller to each, then lets `waiting` callers queue, one
  /// after the other. Returns: DEADLINE_EXCEEDED with what did not happen.
  absl::Status Fill(int talking, int waiting);
  /// A caller who stays until told otherwise. Never null unless ports run out.
  std::shared_ptr<robot::RobotCall> Call();
  /// The same, without a voice or ears.
  std::shared_ptr<robot::RobotCall> CallDeaf();

  static std::string SeatId(int index);  ///< 0 is "s8001"

  const std::vector<std::shared_ptr<robot::RobotCall>>& talking() const { return talking_; }

  /// In the order they began to wait.
  const std::vector<std::shared_ptr<robot::RobotCall>>& waiting() const { return waiting_; }

  const std::vector<std::shared_ptr<robot::Phone>>& phones() const { return phones_; }

  demo::AreaClient& client() { return client_; }

  demo::AreaWatch& watch() { return watch_; }

  robot::RobotHub& hub() { return *hub_; }

  /// From now on Gap() counts.
  void StartGapChecks();
  /// The longest time that any talking pair did not hear each other.
  absl::Duration LongestGap() const;
  /// Callers, talking or waiting, whose line is dead.
  int Dropped() const;
  /// INVITEs that a busy phone got, over all phones.
  int DoubleInvites() const;

 private:
  explicit CallFloor(Stack& stack);

  Stack& stack_;
  demo::AreaClient client_;
  demo::AreaWatch watch_;
  std::unique_ptr<robot::RobotHub> hub_;
  std::vector<std::shared_ptr<robot::Phone>> phones_;
  std::vector<std::shared_ptr<robot::RobotCall>> talking_;
  std::vector<std::shared_ptr<robot::RobotCall>> answered_;  // the seats' side of talking_
  std::vector<std::shared_ptr<robot::RobotCall>> waiting_;
};

/// The text of tests/stack/area.yaml.
std::string TestAreaConfig();

}  // namespace hotline::test
