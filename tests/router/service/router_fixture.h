// Routers of one small area over a Redis of their own: in this process, or as real processes that
// can be killed and paused.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>

#include "gtest/gtest.h"

#include "router/service/router_server.h"
#include "tests/redis/redis_server.h"
#include "tests/router/service/fake_call_service.h"
#include "tests/runtime/temp_dir.h"

#include "hotline/router/v1/area_service.grpc.pb.h"
#include "hotline/router/v1/seat_service.grpc.pb.h"

namespace hotline::router {

/// The area "test": queue "general", seats s1 … s4, no stations.
AreaConfig TestArea();
std::vector<SeatProfile> TestSeats();

/// What people ask of a router over gRPC.
class RouterClient {
 public:
  explicit RouterClient(const Endpoint& router);

  /// Waits until `holds`, at most kPatience: asked when this router's WatchArea tells of a change,
  /// and every kAskAgain, because it does not tell of journal positions and attached nodes.
  bool Eventually(const std::function<bool()>& holds);
  static constexpr auto kAskAgain = std::chrono::milliseconds(50);

  v1::GetAreaResponse Area();
  grpc::Status SignIn(const std::string& seat, const std::string& request_id = "",
                      bool ready = true, v1::Seat* out = nullptr);
  grpc::Status SetReady(const std::string& seat, const std::string& request_id = "");
  grpc::Status SetNotReady(const std::string& seat, const std::string& reason,
                           const std::string& request_id = "");
  v1::Seat FindSeat(const std::string& seat);
  v1::ListCallsResponse Calls(bool ended = false, int page_size = 0, const std::string& token = "");
  v1::AreaStats Stats();

  v1::SeatService::Stub& seats() { return *seats_; }

  v1::AreaService::Stub& area() { return *area_; }

 private:
  std::unique_ptr<v1::SeatService::Stub> seats_;
  std::unique_ptr<v1::AreaService::Stub> area_;
};

/// A hotline-router process on the same area.
class RouterProcess {
 public:
  RouterProcess(const std::string& name, const std::string& redis, absl::Duration lease);
  ~RouterProcess();
  RouterProcess(const RouterProcess&) = delete;
  RouterProcess& operator=(const RouterProcess&) = delete;

  const Endpoint& address() const { return address_; }

  void Signal(int signal);
  /// Waits for its end and returns its exit code; -1 if it was killed.
  int Wait();

 private:
  TempDir dir_;
  pid_t pid_ = 0;
  Endpoint address_;
};

class RouterTest : public testing::Test {
 protected:
  RouterTest();

  static constexpr absl::Duration kLease = absl::Milliseconds(400);

  struct Options {
    uint64_t snapshot_every = 20;
    absl::Duration lease = kLease;
    std::string spool_file;
    absl::Duration command_timeout = redis::ConnectionOptions().command_timeout;
    std::vector<SeatProfile> seats = TestSeats();
  };

  std::unique_ptr<RouterServer> StartRouter(const std::string& name, const Options& options);

  std::unique_ptr<RouterServer> StartRouter(const std::string& name) {
    return StartRouter(name, Options{});
  }

  /// Starts one and waits until it is active.
  std::unique_ptr<RouterServer> StartActive(const std::string& name);
  static bool WaitUntilActive(const Endpoint& router);
  static std::string SnapshotOf(RouterServer& router);

  /// Runs `f` on the router's strand, after what was posted there before, and returns what it
  /// returns.
  template <class F>
  static auto OnStrand(RouterServer& router, const F& f) {
    std::promise<decltype(f())> promise;
    router.strand().Post([&] { promise.set_value(f()); });
    return promise.get_future().get();
  }

  redis::RedisServer redis_;
  TempDir dir_;
  Metrics metrics_;
};

}  // namespace hotline::router
