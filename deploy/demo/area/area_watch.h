// The area as WatchArea tells it, kept up to date, with a wait for any condition on it.
//
// Owns a thread that follows the active router and connects again after a failover.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/time/time.h"

#include "deploy/demo/area/area_client.h"

#include "hotline/router/v1/area_service.pb.h"

namespace grpc {
class ClientContext;
}

namespace hotline::demo {

/// The last that was heard of everything.
struct AreaView {
  std::map<std::string, router::v1::Seat> seats;
  std::map<std::string, router::v1::Queue> queues;
  std::map<std::string, router::v1::Station> stations;
  std::map<std::string, router::v1::Call> calls;
  std::map<std::string, router::v1::CallRecord> ended;  ///< every one since the watch began
  router::v1::AreaStats stats;
  router::v1::GetAreaResponse area;
  bool connected = false;

  int CountSeats(router::v1::Seat::State state) const;
  int CountCalls(router::v1::Call::State state) const;
};

class AreaWatch {
 public:
  /// Called on the watching thread with each message after the view took it in; the view is locked,
  /// so it must not ask the watch itself.
  using OnUpdate = std::function<void(const router::v1::WatchAreaResponse&, const AreaView&)>;

  /// `client` must outlive the watch.
  explicit AreaWatch(AreaClient& client, OnUpdate on_update = nullptr);
  ~AreaWatch();
  AreaWatch(const AreaWatch&) = delete;
  AreaWatch& operator=(const AreaWatch&) = delete;

  /// Waits until `condition` holds of the view. Returns: whether it did in time.
  bool Wait(absl::Duration timeout, const std::function<bool(const AreaView&)>& condition) const;
  /// A copy of the view.
  AreaView view() const;

 private:
  void Run();
  void Follow(const std::string& router);
  void Take(const router::v1::WatchAreaResponse& update);

  AreaClient& client_;
  const OnUpdate on_update_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  AreaView view_;
  bool stopping_ = false;
  grpc::ClientContext* context_ = nullptr;  // of the stream under way
  std::thread thread_;
};

}  // namespace hotline::demo
