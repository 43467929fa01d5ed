// The inside of a Strand, for strand.cc (start, role, end) and strand_loop.cc (the loop around the
// core). Nobody else includes it.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "router/service/replica.h"
#include "router/service/strand.h"
#include "router/service/strand_metrics.h"
#include "router/service/tenure.h"

namespace hotline::router {

class Strand::Impl {
 public:
  Impl(StrandOptions options, Metrics& metrics);
  absl::Status Start(std::function<void()> on_warm);
  void Leave(absl::Duration patience);
  void Stop();
  void Post(std::function<void()> task);
  absl::Status Submit(Command command);
  v1::GetAreaResponse area() const;

  boost::asio::io_context io_{1};
  const StrandOptions options_;
  StrandMetrics metrics_;
  Replica replica_;
  Tenure tenure_;
  NodeSessions nodes_;
  WatchHub hub_;

 private:
  struct Queued {
    Command command;
    Event event;
  };

  /// What is done when an entry is in the journal.
  struct Batch {
    Replica::Effects effects;
    std::vector<std::function<void(absl::Status)>> answers;
    std::vector<std::string> request_ids;
  };

  // The loop: strand_loop.cc.
  void Pump();
  void StepBatch();
  /// Returns whether a command that may be refused is to be applied; else it is answered, or will
  /// be.
  bool Admit(Queued& queued, Batch& batch);
  /// The entry is in the journal (or spooled): now it is true.
  void Finish(Batch& batch, const absl::Status& status);
  void Show(Changes&& changes);
  void ArmDeadline();
  void ArmAcks();
  void ArmWatch();
  void ShowMetrics();

  // The role.
  v1::RouterStatus::Role role() const;
  Tenure::Hooks TenureHooks();
  void OnStandby();
  void OnActive();
  /// At a seat that the area file has no more nobody could sign out, and offers would go on.
  void SignOutUnconfigured();
  /// Tells the call services and those who watch whether this router decides, and under which
  /// epoch.
  void ShowRole();
  void ShowAll();
  void RefuseQueued();

  // The end.
  /// SIGTERM: finishes what it has, then the other router may take over at once.
  void Leave(std::function<void()> done);
  void Release();
  void Left();
  void End();

  std::deque<Queued> queue_;
  bool pump_posted_ = false, pumping_ = false, watch_armed_ = false, acks_armed_ = false;
  bool leaving_ = false, releasing_ = false, ended_for_good_ = false;
  std::function<void()> leave_done_;
  std::function<void()> on_warm_;
  absl::Time armed_for_ = absl::InfiniteFuture();
  boost::asio::steady_timer deadline_timer_, watch_timer_, ack_timer_, metrics_timer_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::thread thread_;
};

/// What a router that does not decide answers.
absl::Status StandbyError();

}  // namespace hotline::router
