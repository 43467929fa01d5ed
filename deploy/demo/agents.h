// The agents of the demo: they sign in, stay alive, come back after a missed call, and take breaks.
//
// Told of the area by OnUpdate() (any thread); acts on its own thread, one request at a time.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"

#include "deploy/demo/area/area_client.h"
#include "deploy/demo/robot/instant.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::demo {

/// How agents behave; each time is spread between half and one and a half of it.
struct AgentHabits {
  uint64_t seed = 1;
  absl::Duration sign_in = absl::Milliseconds(300);  ///< after finding the seat empty
  absl::Duration come_back = absl::Seconds(2);       ///< after a missed or refused call
  absl::Duration after_call = absl::Seconds(4);      ///< infinite: the wrap-up runs out by itself
  double break_share = 0.06;                         ///< of the calls, after which there is tea
  absl::Duration tea = absl::Seconds(12);
};

class Agents {
 public:
  /// Starts nothing yet: the first full update shows which of `seats` are signed out.
  Agents(AreaClient& client, std::vector<std::string> seats, AgentHabits habits);
  ~Agents();
  Agents(const Agents&) = delete;
  Agents& operator=(const Agents&) = delete;

  void OnUpdate(const router::v1::WatchAreaResponse& update);
  /// Signs everybody out; nobody acts after it.
  void GoHome();

  static constexpr absl::Duration kHeartbeat = absl::Seconds(5);
  static constexpr absl::Duration kHeartbeatTimeout = absl::Seconds(20);

 private:
  enum class Act { kSignIn, kAlive, kReady, kBreak };

  struct Plan {
    Act act;
    robot::Instant due;
  };

  void Run();
  void PlanSignIn(const std::string& seat);    // with mutex_ held
  void PlanFor(const router::v1::Seat& seat);  // with mutex_ held
  void Carry(const std::string& seat, Act act);
  void SendHeartbeats();
  absl::Duration Around(absl::Duration mean);

  AreaClient& client_;
  const std::vector<std::string> seats_;
  const AgentHabits habits_;
  std::mt19937_64 random_;  // guarded by mutex_
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Plan> plans_;  // at most one per seat: a new state makes a new plan
  robot::Instant next_heartbeat_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hotline::demo
