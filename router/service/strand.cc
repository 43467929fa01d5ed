#include "router/service/strand.h"

#include <algorithm>
#include <deque>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "router/service/convert/journal.h"
#include "router/service/projection.h"
#include "router/service/replica.h"
#include "router/service/strand_metrics.h"
#include "router/service/tenure.h"
#include "services/runtime/log.h"
#include "services/runtime/proto_time.h"

namespace hotline::router {
namespace {

namespace asio = boost::asio;
using Role = v1::RouterStatus;

absl::Status StandbyError() {
  return absl::UnavailableError("this router stands by: ask the active one");
}

}  // namespace

class Strand::Impl {
 public:
  Impl(StrandOptions options, Metrics& metrics)
      : options_(std::move(options)),
        metrics_(metrics),
        replica_(options_.area, options_.seats, options_.clock),
        tenure_(io_,
                {.redis = options_.redis,
                 .store = {options_.area.id, options_.owner, options_.lease},
                 .spool_file = options_.spool_file,
                 .snapshot_every = options_.snapshot_every},
                replica_, metrics_.writer(), TenureHooks()),
        nodes_(options_.area.id,
               [this](v1::JournalEvent event, NodeSessions::Done done) {
                 return Submit({std::move(event), false, std::move(done)});
               }),
        hub_({.area = [this] { return area(); },
              .seats =
                  [this] {
                    return replica_.seats();
                  }}),
        deadline_timer_(io_),
        watch_timer_(io_),
        ack_timer_(io_),
        metrics_timer_(io_) {}

  absl::Status Start(std::function<void()> on_warm) {
    on_warm_ = std::move(on_warm);
    if (auto opened = tenure_.OpenSpool(); !opened.ok()) return opened;
    asio::post(io_, [this] {
      tenure_.Connect();
      ShowMetrics();
    });
    thread_ = std::thread([this] { io_.run(); });
    return absl::OkStatus();
  }

  void Leave(absl::Duration patience) {
    if (!thread_.joinable()) return;
    auto released = std::make_shared<std::promise<void>>();
    auto future = released->get_future();
    asio::post(io_, [this, released] { Leave([released] { released->set_value(); }); });
    future.wait_for(absl::ToChronoNanoseconds(patience));
  }

  void Stop() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] { End(); });
    work_.reset();
    thread_.join();
  }

  void Post(std::function<void()> task) {
    asio::post(io_, [this, task = std::move(task)] {
      if (!ended_for_good_) task();
    });
  }

  absl::Status Submit(Command command) {
    if (!tenure_.active() || leaving_) return StandbyError();
    // That a call service is gone must be noted even then, or nobody gives its calls up.
    if (queue_.size() >= kMaxQueued && !command.event.has_node_detached()) {
      metrics_.CountRefused();
      return absl::ResourceExhaustedError(
          "too many commands wait for the journal: try again later");
    }
    auto event = FromJournal(command.event);
    if (!event.ok()) return event.status();
    queue_.push_back({std::move(command), *std::move(event)});
    // Not from inside: commands that come in the same turn make one batch.
    if (!std::exchange(pump_posted_, true)) {
      asio::post(io_, [this] {
        pump_posted_ = false;
        Pump();
      });
    }
    return absl::OkStatus();
  }

  v1::GetAreaResponse area() const {
    v1::GetAreaResponse out;
    out.set_area(options_.area.id);
    out.set_router(options_.name);
    out.set_role(role());
    out.set_epoch(replica_.epoch());
    out.set_draining(replica_.core().draining());
    out.set_spooling(tenure_.spooling());
    out.set_journal_seq(replica_.seq());
    for (auto& name : nodes_.names()) out.add_nodes(std::move(name));
    return out;
  }

  asio::io_context io_{1};
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

  // The loop.

  void Pump() {
    if (std::exchange(pumping_, true)) return;
    while (tenure_.active() && !queue_.empty() &&
           tenure_.writer().unconfirmed() < options_.pipeline_depth) {
      StepBatch();
    }
    pumping_ = false;
    if (leave_done_ && queue_.empty()) Release();
    ArmDeadline();
  }

  void StepBatch() {
    auto batch = std::make_shared<Batch>();
    v1::JournalEntry entry;
    entry.set_epoch(tenure_.writer().epoch());
    entry.set_seq(tenure_.writer().next_seq());
    const absl::Time now = replica_.BeginBatch();
    for (size_t n = 0; n < kMaxBatch && !queue_.empty(); ++n) {
      Queued queued = std::move(queue_.front());
      queue_.pop_front();
      // Who hears that an announcement was applied believes that its calls are known.
      const bool refusable = queued.command.by_person || queued.command.event.has_node_announced();
      if (refusable && !Admit(queued, *batch)) continue;
      replica_.Step(queued.event, batch->effects);
      *queued.command.event.mutable_time() = ToProto(now);
      *entry.add_events() = std::move(queued.command.event);
      if (queued.command.done) batch->answers.push_back(std::move(queued.command.done));
    }
    if (entry.events_size() == 0 && batch->answers.empty()) return;
    metrics_.CountBatch(entry.events_size());
    replica_.EndBatch(entry.seq());
    tenure_.writer().Append(
        entry.SerializeAsString(),
        ProjectChanges(replica_.core(), tenure_.keys(), batch->effects.changes, now),
        [this, batch](const absl::Status& status) { Finish(*batch, status); });
  }

  /// Returns whether a command that may be refused is to be applied; else it is answered, or will
  /// be.
  bool Admit(Queued& queued, Batch& batch) {
    Command& command = queued.command;
    const auto known = replica_.FindRequest(command.event);
    if (known == RequestMemory::Known::kSame) {
      batch.answers.push_back(std::move(command.done));  // after what it repeats
      return false;
    }
    auto status = known == RequestMemory::Known::kOther
                      ? absl::InvalidArgumentError("this request_id stood for another request")
                      : replica_.core().Check(queued.event);
    if (!status.ok()) {
      metrics_.CountRefused();
      command.done(status);
      return false;
    }
    replica_.RememberRequest(command.event);
    batch.request_ids.push_back(command.event.request_id());
    return true;
  }

  /// The entry is in the journal (or spooled): now it is true.
  void Finish(Batch& batch, const absl::Status& status) {
    if (!status.ok()) {
      // It never happened: asked again, it must not be taken for done.
      for (const auto& id : batch.request_ids) replica_.ForgetRequest(id);
      for (auto& answer : batch.answers) answer(StandbyError());
      return;
    }
    for (const Action& action : batch.effects.actions) {
      nodes_.Dispatch(action);
      metrics_.Count(action);
    }
    for (auto& answer : batch.answers) answer(absl::OkStatus());
    ArmAcks();
    Show(std::move(batch.effects.changes));
    Pump();
  }

  void Show(Changes&& changes) {
    replica_.AddEnded(changes);
    hub_.Note(std::move(changes));
    if (hub_.dirty()) ArmWatch();
  }

  void ArmDeadline() {
    // What waits in the queue applies all deadlines first: no tick besides it, which would only
    // make the queue longer, again and again while the journal is slow.
    const bool needs_tick = tenure_.active() && queue_.empty();
    const absl::Time due = needs_tick ? replica_.core().next_deadline() : absl::InfiniteFuture();
    if (due == armed_for_) return;
    armed_for_ = due;
    if (due == absl::InfiniteFuture()) return void(deadline_timer_.cancel());
    const auto pause = std::max(due - replica_.now(), absl::Microseconds(100));
    deadline_timer_.expires_after(absl::ToChronoNanoseconds(std::min(pause, absl::Hours(1))));
    deadline_timer_.async_wait([this](boost::system::error_code ec) {
      if (ec) return;
      armed_for_ = absl::InfinitePast();
      // A tick that is refused is made up for by the next command: it applies all deadlines first.
      if (tenure_.active() && replica_.core().next_deadline() <= replica_.now()) {
        (void)Submit({ToJournal(Tick{}), false, nullptr});
      } else {
        ArmDeadline();
      }
    });
  }

  void ArmAcks() {
    if (!nodes_.ack_due() || std::exchange(acks_armed_, true)) return;
    ack_timer_.expires_after(absl::ToChronoNanoseconds(kAckInterval));
    ack_timer_.async_wait([this](boost::system::error_code ec) {
      acks_armed_ = false;
      if (!ec) nodes_.FlushAcks(tenure_.spooling());
    });
  }

  void ArmWatch() {
    if (std::exchange(watch_armed_, true)) return;
    watch_timer_.expires_after(absl::ToChronoNanoseconds(kWatchInterval));
    watch_timer_.async_wait([this](boost::system::error_code ec) {
      watch_armed_ = false;
      if (!ec) hub_.Flush(replica_.core(), replica_.now());
    });
  }

  void ShowMetrics() {
    metrics_.Show({.active = tenure_.active(),
                   .spooling = tenure_.spooling(),
                   .epoch = replica_.epoch(),
                   .seq = replica_.seq(),
                   .nodes = nodes_.names().size(),
                   .queued = queue_.size()},
                  replica_.core(), replica_.seats(), replica_.now());
    metrics_timer_.expires_after(absl::ToChronoNanoseconds(kMetricsInterval));
    metrics_timer_.async_wait([this](boost::system::error_code ec) {
      // It may have been due already when End() cancelled it.
      if (!ec && !ended_for_good_) ShowMetrics();
    });
  }

  // The role.

  Role::Role role() const { return tenure_.active() ? Role::ROLE_ACTIVE : Role::ROLE_STANDBY; }

  Tenure::Hooks TenureHooks() {
    return {.on_standby = [this] { OnStandby(); },
            .on_reload = [this] { ShowAll(); },
            .on_replayed = [this](Changes&& changes) { Show(std::move(changes)); },
            .on_warm =
                [this] {
                  if (auto warm = std::exchange(on_warm_, nullptr)) warm();
                },
            .on_active = [this] { OnActive(); },
            .on_epoch = [this] { ShowRole(); },
            .on_spooling =
                [this](bool spooling) {
                  ShowAll();
                  if (!spooling && tenure_.active()) nodes_.FlushAcks(false);
                }};
  }

  void OnStandby() {
    RefuseQueued();
    ShowRole();
    ArmDeadline();
    if (leaving_) Left();
  }

  void OnActive() {
    ShowAll();
    // The call services hear of us when the journal has it.
    (void)Submit(
        {ToJournal(EpochStarted{replica_.epoch()}), false, [this](const absl::Status& status) {
           if (status.ok()) ShowRole();
         }});
    SignOutUnconfigured();
  }

  /// At a seat that the area file has no more nobody could sign out, and offers would go on.
  void SignOutUnconfigured() {
    absl::btree_set<std::string_view> configured;
    for (const SeatProfile& profile : options_.seats) configured.insert(profile.seat);
    for (const SeatView& seat : replica_.core().seats()) {
      if (seat.state == SeatState::kSignedOut || configured.contains(seat.profile.seat)) continue;
      LogWarn("a seat is configured no more: signing it out", {{"seat", seat.profile.seat}});
      (void)Submit({ToJournal(SeatSignedOut{seat.profile.seat}), false, nullptr});
    }
  }

  /// Tells the call services and those who watch whether this router decides, and under which
  /// epoch.
  void ShowRole() {
    nodes_.SetRole(role(), replica_.epoch());
    ShowAll();
  }

  void ShowAll() {
    hub_.NoteAll();
    ArmWatch();
  }

  void RefuseQueued() {
    for (auto& queued : std::exchange(queue_, {})) {
      if (queued.command.done) queued.command.done(StandbyError());
    }
  }

  // The end.

  /// SIGTERM: finishes what it has, then the other router may take over at once.
  void Leave(std::function<void()> done) {
    leaving_ = true;
    leave_done_ = std::move(done);
    tenure_.Retire();
    if (!tenure_.active()) return Left();
    Pump();
  }

  void Release() {
    if (std::exchange(releasing_, true)) return;
    tenure_.Release([this] {
      nodes_.FlushAcks(tenure_.spooling());
      nodes_.SetRole(role(), replica_.epoch());
      Left();
    });
  }

  void Left() {
    if (leave_done_) std::exchange(leave_done_, nullptr)();
  }

  void End() {
    ended_for_good_ = true;
    RefuseQueued();
    tenure_.Stop();
    deadline_timer_.cancel();
    watch_timer_.cancel();
    ack_timer_.cancel();
    metrics_timer_.cancel();
  }

  std::deque<Queued> queue_;
  bool pump_posted_ = false, pumping_ = false, watch_armed_ = false, acks_armed_ = false;
  bool leaving_ = false, releasing_ = false, ended_for_good_ = false;
  std::function<void()> leave_done_;
  std::function<void()> on_warm_;
  absl::Time armed_for_ = absl::InfiniteFuture();
  asio::steady_timer deadline_timer_, watch_timer_, ack_timer_, metrics_timer_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::thread thread_;
};

Strand::Strand(StrandOptions options, Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), metrics)) {}

Strand::~Strand() {
  Stop();
}

absl::Status Strand::Start(std::function<void()> on_warm) {
  return impl_->Start(std::move(on_warm));
}

void Strand::Leave(absl::Duration patience) {
  impl_->Leave(patience);
}

void Strand::Stop() {
  impl_->Stop();
}

void Strand::Post(std::function<void()> task) {
  impl_->Post(std::move(task));
}

absl::Status Strand::Submit(Command command) {
  return impl_->Submit(std::move(command));
}

const Router& Strand::core() const {
  return impl_->replica_.core();
}

const EndedRing& Strand::ended() const {
  return impl_->replica_.ended();
}

NodeSessions& Strand::nodes() {
  return impl_->nodes_;
}

WatchHub& Strand::watchers() {
  return impl_->hub_;
}

v1::GetAreaResponse Strand::area() const {
  return impl_->area();
}

std::vector<SeatView> Strand::seats() const {
  return impl_->replica_.seats();
}

absl::Time Strand::now() const {
  return impl_->replica_.now();
}

bool Strand::active() const {
  return impl_->tenure_.active();
}

}  // namespace hotline::router
