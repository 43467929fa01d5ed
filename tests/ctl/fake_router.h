// A router that answers gRPC on a loopback port but routes nothing: tests say its role and what it
// knows.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "hotline/router/v1/area_service.grpc.pb.h"
#include "hotline/router/v1/seat_service.grpc.pb.h"

namespace hotline::ctl {

/// Set up before use from the test's thread; role and streams may be changed at any time.
class FakeRouter {
 public:
  explicit FakeRouter(const std::string& name);
  /// Ends all streams.
  ~FakeRouter();

  const std::string& address() const { return address_; }

  void SetRole(router::v1::RouterStatus::Role role, uint64_t epoch);
  /// The next command is refused with UNAVAILABLE, after which this router stands by.
  void LoseLeaseAtNextCommand(FakeRouter& successor);
  /// The next one who watches sees this router lose its lease to `successor`.
  void StandByWhenWatched(FakeRouter& successor);
  /// Ends the streams of those who watch.
  void EndWatches();

  /// Commands carried out, "sign-in s1 agent=7 ready".
  std::vector<std::string> commands() const;
  /// Page sizes that were asked for.
  std::vector<int> pages() const;

  std::vector<router::v1::Seat> seats;
  std::vector<router::v1::Call> calls;
  std::vector<router::v1::CallRecord> ended;  ///< newest first
  router::v1::AreaStats stats;
  router::v1::GetStatsRequest last_stats_request;

 private:
  class Area;
  class Seats;

  void HandOver();
  grpc::Status Carry(const std::string& command, const std::string& request_id);

  std::atomic<router::v1::RouterStatus::Role> role_ = router::v1::RouterStatus::ROLE_STANDBY;
  std::atomic<uint64_t> epoch_ = 0;
  FakeRouter* successor_ = nullptr;
  bool hand_over_when_watched_ = false;
  mutable std::mutex mutex_;
  std::condition_variable ended_watches_;
  int watch_generation_ = 0;
  std::vector<std::string> commands_;
  std::vector<int> pages_;
  std::string name_;
  std::unique_ptr<Area> area_;
  std::unique_ptr<Seats> seat_service_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace hotline::ctl
