// One running hotline for the tests of a suite, with robots on its phones.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "deploy/demo/area/area_client.h"
#include "deploy/demo/area/area_watch.h"
#include "deploy/demo/robot/robot_hub.h"
#include "tests/stack/stack.h"
#include "tests/stack/staff.h"

namespace hotline::test {

// What robots say, in Hz. No two are the same, nor one of the prompts' tones.
inline constexpr int kCallerTone = 300;
inline constexpr int kSeatTone = 600;
inline constexpr int kStationTone = 900;
inline constexpr int kOtherCallerTone = 1000;
inline constexpr int kOtherSeatTone = 1200;

// Deadlines of waits. A wait that fails is a failed test, so they may be generous.
inline constexpr absl::Duration kSoon = absl::Seconds(10);
inline constexpr absl::Duration kLong = absl::Seconds(60);

// The queues of tests/stack/area.yaml by their numbers.
inline constexpr char kPairNumber[] = "12348";
inline constexpr char kTownNumber[] = "12345";
inline constexpr char kLoadNumber[] = "123481";
inline constexpr char kFullNumber[] = "123482";

/// Waits until `condition` holds, asking every kPollInterval. For what no stream tells.
bool Eventually(absl::Duration timeout, const std::function<bool()>& condition);
inline constexpr absl::Duration kPollInterval = absl::Milliseconds(50);

inline constexpr int kLoadSeats = 20;

class HotlineTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  /// Hangs up everything, signs out every seat and waits until no call is left.
  void TearDown() override;

  /// Adds a registered phone that says `tone`.
  std::shared_ptr<robot::Phone> AddPhone(const std::string& extension, int tone,
                                         robot::AnswerPlan plan = {});
  /// Signs the seat in, ready.
  void SignIn(const std::string& seat);
  /// Registers phones for the load queue's twenty seats, of which every tenth never answers and the
  /// others talk for 2 to 4 s, and sends agents to them. The agents go home with the returned
  /// object.
  std::unique_ptr<Staff> StaffLoadQueue();
  /// A caller who says kCallerTone and takes a seat's or the station's tone for a person.
  robot::CallerOptions Caller(const std::string& number) const;
  std::shared_ptr<robot::RobotCall> Call(const robot::CallerOptions& options);
  /// Waits until the area has `count` ended calls more than when the test began, and returns those,
  /// in the order of their ends.
  std::vector<router::v1::CallRecord> WaitEnded(size_t count, absl::Duration timeout = kSoon);
  /// Waits until so many calls are in this state.
  bool WaitCalls(router::v1::Call::State state, int count, absl::Duration timeout = kSoon);
  bool WaitSeat(const std::string& seat, router::v1::Seat::State state,
                absl::Duration timeout = kSoon);

  static Stack& stack() { return *stack_; }

  demo::AreaClient& client() { return *client_; }

  demo::AreaWatch& watch() { return *watch_; }

  robot::RobotHub& hub() { return *hub_; }

 private:
  static std::unique_ptr<Stack> stack_;
  std::unique_ptr<demo::AreaClient> client_;
  std::unique_ptr<demo::AreaWatch> watch_;
  std::unique_ptr<robot::RobotHub> hub_;
  std::vector<std::shared_ptr<robot::Phone>> phones_;
};

}  // namespace hotline::test
