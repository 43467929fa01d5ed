// Takes the notices of the outbox to the other system: one ticket's in their order, each until it
// is taken. A thread of its own; blocks.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/time/time.h"

#include "services/runtime/clock.h"
#include "services/runtime/endpoint.h"
#include "services/runtime/metrics.h"
#include "services/ticket/store/ticket_store.h"

#include "hotline/exchange/v1/exchange_service.grpc.pb.h"

namespace hotline::ticket {

struct CourierOptions {
  Endpoint partner;
  std::string source;
  absl::Duration alarm_after = absl::Minutes(15);
  absl::Duration patience = absl::Seconds(5);  ///< for one answer
};

class Courier {
 public:
  /// Starts. All must outlive it.
  Courier(CourierOptions options, TicketStore& store, Clock clock, Metrics& metrics);
  ~Courier();

  /// There may be something to take. Thread-safe.
  void Wake();

 private:
  void Run();
  /// Takes what is due; returns when to look again.
  absl::Time Work();
  /// Returns whether the partner answers at all.
  bool Take(const Notice& notice);
  void Watch();
  bool stopping();

  const CourierOptions options_;
  TicketStore& store_;
  const Clock clock_;
  Gauge waiting_, overdue_, oldest_seconds_;
  Counter delivered_, failed_;
  const std::unique_ptr<exchange::v1::PartnerService::Stub> stub_;
  absl::Duration pause_;  ///< before the next look while the partner does not answer
  bool alarmed_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  ///< guarded
  bool woken_ = true;      ///< guarded
  std::thread thread_;
};

}  // namespace hotline::ticket
