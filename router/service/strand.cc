#include "router/service/strand.h"

#include <algorithm>
#include <deque>
#include <future>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "router/service/convert.h"
#include "router/service/follower.h"
#include "router/service/journal_writer.h"
#include "router/service/projection.h"
#include "router/service/request_memory.h"
#include "router/service/spool_recovery.h"
#include "router/service/strand_metrics.h"
#include "services/base/check.h"
#include "services/runtime/log.h"
#include "services/runtime/spool.h"

namespace hotline::router {
namespace {

namespace asio = boost::asio;
using Role = v1::RouterStatus;

/// "SetReady s8001" and the like: what a request id stood for.
std::string ActionOf(const v1::JournalEvent& event) {
  v1::JournalEvent bare = event;
  bare.clear_time();
  bare.clear_request_id();
  return bare.SerializeAsString();
}

absl::Status StandbyError() {
  return absl::UnavailableError("this router stands by: ask the active one");
}

}  // namespace

class Strand::Impl {
 public:
  Impl(StrandOptions options, Metrics& metrics)
      : options_(std::move(options)),
        connection_(io_, options_.redis),
        store_(connection_, {options_.area.id, options_.owner, options_.lease}),
        metrics_(metrics),
        core_(options_.area),
        nodes_(options_.area.id,
               [this](v1::JournalEvent event, NodeSessions::Done done) {
                 return Submit({std::move(event), false, std::move(done)});
               }),
        hub_({.area = [this] { return area(); },
              .seats =
                  [this] {
                    return seats();
                  }}),
        deadline_timer_(io_),
        watch_timer_(io_),
        ack_timer_(io_),
        metrics_timer_(io_) {}

  absl::Status Start(std::function<void()> on_warm) {
    on_warm_ = std::move(on_warm);
    if (!options_.spool_file.empty()) {
      auto spool = Spool::Open(options_.spool_file, {},
                               [this](std::string_view record) { spooled_.emplace_back(record); });
      if (!spool.ok()) return spool.status();
      spool_ = std::make_unique<Spool>(*std::move(spool));
    }
    asio::post(io_, [this] {
      connection_.Start([this](const absl::Status& status) { OnLink(status); });
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
    if (role_ != Role::ROLE_ACTIVE || leaving_) return StandbyError();
    if (queue_.size() >= kMaxQueued) {
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
    out.set_role(role_);
    out.set_epoch(epoch_);
    out.set_draining(core_.draining());
    out.set_spooling(writer_ && writer_->spooling());
    out.set_journal_seq(seq_);
    for (auto& name : nodes_.names()) out.add_nodes(std::move(name));
    return out;
  }

  std::vector<SeatView> seats() const {
    const auto by_id = [](const SeatView& a, const SeatView& b) {
      return a.profile.seat < b.profile.seat;
    };
    auto seats = core_.seats();
    const size_t known = seats.size();
    for (const SeatProfile& profile : options_.seats) {
      SeatView absent{.profile = profile, .state_time = absl::UnixEpoch()};
      const auto end = seats.begin() + static_cast<std::ptrdiff_t>(known);
      if (!std::binary_search(seats.begin(), end, absent, by_id))
        seats.push_back(std::move(absent));
    }
    std::sort(seats.begin(), seats.end(), by_id);
    return seats;
  }

  /// Never before what the journal has: another router's clock may have been ahead.
  /// In whole nanoseconds, as the journal keeps it: absl's quarters would not survive a replay.
  absl::Time now() const {
    return std::max(absl::FromUnixNanos(absl::ToUnixNanos(options_.clock())), last_now_);
  }

  asio::io_context io_{1};
  const StrandOptions options_;
  redis::Connection connection_;
  JournalStore store_;
  StrandMetrics metrics_;
  Router core_;
  EndedRing ended_;
  NodeSessions nodes_;
  WatchHub hub_;
  Role::Role role_ = Role::ROLE_STANDBY;

 private:
  struct Queued {
    Command command;
    Event event;
  };

  /// What is done when an entry is in the journal.
  struct Batch {
    std::vector<Action> actions;
    std::vector<std::function<void(absl::Status)>> answers;
    Changes changes;
  };

  // The loop.

  void Pump() {
    if (std::exchange(pumping_, true)) return;
    while (role_ == Role::ROLE_ACTIVE && !queue_.empty() &&
           writer_->unconfirmed() < options_.pipeline_depth) {
      StepBatch();
    }
    pumping_ = false;
    if (leave_done_ && queue_.empty()) Release();
    ArmDeadline();
  }

  void StepBatch() {
    auto batch = std::make_shared<Batch>();
    v1::JournalEntry entry;
    entry.set_epoch(writer_->epoch());
    entry.set_seq(writer_->next_seq());
    last_now_ = now();
    for (size_t n = 0; n < kMaxBatch && !queue_.empty(); ++n) {
      Queued queued = std::move(queue_.front());
      queue_.pop_front();
      if (queued.command.by_person && !Admit(queued, *batch)) continue;
      ApplyEvent(queued.event, *batch);
      *queued.command.event.mutable_time() = ToProto(last_now_);
      *entry.add_events() = std::move(queued.command.event);
      if (queued.command.done) batch->answers.push_back(std::move(queued.command.done));
    }
    if (entry.events_size() == 0 && batch->answers.empty()) return;
    metrics_.CountBatch(entry.events_size());
    seq_ = entry.seq();
    writer_->Append(entry.SerializeAsString(),
                    ProjectChanges(core_, store_.keys(), batch->changes, last_now_),
                    [this, batch](const absl::Status& status) { Finish(*batch, status); });
  }

  /// Returns whether a person's command is to be applied; else it is answered, or will be.
  bool Admit(Queued& queued, Batch& batch) {
    Command& command = queued.command;
    const std::string& id = command.event.request_id();
    const auto action = id.empty() ? std::string() : ActionOf(command.event);
    const auto known = id.empty() ? RequestMemory::Known::kNew : memory_.Find(id, action);
    if (known == RequestMemory::Known::kSame) {
      batch.answers.push_back(std::move(command.done));  // after what it repeats
      return false;
    }
    auto status = known == RequestMemory::Known::kOther
                      ? absl::InvalidArgumentError("this request_id stood for another request")
                      : core_.Check(queued.event);
    if (!status.ok()) {
      metrics_.CountRefused();
      command.done(status);
      return false;
    }
    if (!id.empty()) memory_.Add(id, action);
    return true;
  }

  void ApplyEvent(const Event& event, Batch& batch) {
    for (Action& action : core_.Step(last_now_, event)) {
      AddChanges(core_, action, batch.changes);
      batch.actions.push_back(std::move(action));
    }
  }

  /// The entry is in the journal (or spooled): now it is true.
  void Finish(Batch& batch, const absl::Status& status) {
    if (!status.ok()) {
      for (auto& answer : batch.answers) answer(StandbyError());
      return;
    }
    for (const Action& action : batch.actions) {
      nodes_.Dispatch(action);
      metrics_.Count(action);
    }
    for (auto& answer : batch.answers) answer(absl::OkStatus());
    ArmAcks();
    Show(std::move(batch.changes));
    Pump();
  }

  void Show(Changes&& changes) {
    for (const auto& record : changes.ended) ended_.Add(record.SerializeAsString());
    hub_.Note(std::move(changes));
    if (hub_.dirty()) ArmWatch();
  }

  void ArmDeadline() {
    const absl::Time due =
        role_ == Role::ROLE_ACTIVE ? core_.next_deadline() : absl::InfiniteFuture();
    if (due == armed_for_) return;
    armed_for_ = due;
    if (due == absl::InfiniteFuture()) return void(deadline_timer_.cancel());
    const auto pause = std::max(due - now(), absl::Microseconds(100));
    deadline_timer_.expires_after(absl::ToChronoNanoseconds(std::min(pause, absl::Hours(1))));
    deadline_timer_.async_wait([this](boost::system::error_code ec) {
      if (ec) return;
      armed_for_ = absl::InfinitePast();
      // A tick that is refused is made up for by the next command: it applies all deadlines first.
      if (role_ == Role::ROLE_ACTIVE && core_.next_deadline() <= now()) {
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
      if (!ec) nodes_.FlushAcks(writer_ && writer_->spooling());
    });
  }

  void ArmWatch() {
    if (std::exchange(watch_armed_, true)) return;
    watch_timer_.expires_after(absl::ToChronoNanoseconds(kWatchInterval));
    watch_timer_.async_wait([this](boost::system::error_code ec) {
      watch_armed_ = false;
      if (!ec) hub_.Flush(core_, now());
    });
  }

  void ShowMetrics() {
    metrics_.Show({.active = role_ == Role::ROLE_ACTIVE,
                   .spooling = writer_ && writer_->spooling(),
                   .epoch = epoch_,
                   .seq = seq_,
                   .nodes = nodes_.names().size(),
                   .queued = queue_.size()},
                  core_, seats(), now());
    metrics_timer_.expires_after(absl::ToChronoNanoseconds(kMetricsInterval));
    metrics_timer_.async_wait([this](boost::system::error_code ec) {
      if (!ec) ShowMetrics();
    });
  }

  // The role.

  void OnLink(const absl::Status& status) {
    if (!status.ok() && link_up_ != false) {
      LogError("Redis cannot be reached: trying again", {{"why", status}});
    }
    link_up_ = status.ok();
    if (writer_) writer_->OnLink(status);
    if (follower_) follower_->OnLink(status);
    if (!status.ok() || leaving_ || std::exchange(started_, true)) return;
    // The first time: what an earlier run could not tell Redis goes first.
    store_.LoadFunctions([this](const absl::Status& loaded) {
      if (!loaded.ok()) return StandBy();
      RecoverSpool(connection_, store_.options(), std::exchange(spooled_, {}),
                   [this](const absl::Status& recovered) {
                     if (recovered.ok() && spool_) (void)spool_->Rewrite({});
                     StandBy();
                   });
    });
  }

  void StandBy() {
    role_ = Role::ROLE_STANDBY;
    writer_.reset();
    core_ = Router(options_.area);
    for (auto& queued : std::exchange(queue_, {})) {
      if (queued.command.done) queued.command.done(StandbyError());
    }
    nodes_.SetRole(role_, epoch_);
    hub_.NoteAll();
    ArmWatch();
    ArmDeadline();
    if (leaving_) return Left();
    follower_ = std::make_unique<Follower>(
        io_, connection_, options_.redis, store_,
        Follower::Hooks{.on_load = [this](const Loaded& loaded) { return OnLoad(loaded); },
                        .on_entry = [this](const TailEntry& entry) { return OnEntry(entry); },
                        .on_warm = [this] { OnWarm(); },
                        .on_active =
                            [this](uint64_t epoch, uint64_t seq, bool emptied) {
                              Activate(epoch, seq, emptied);
                            }});
    follower_->Start(epoch_);
  }

  absl::Status OnLoad(const Loaded& loaded) {
    ended_.Reset(loaded.ended);
    ended_up_to_ = loaded.seq;
    seq_ = loaded.snapshot_seq;
    hub_.NoteAll();
    ArmWatch();
    core_ = Router(options_.area);
    if (loaded.snapshot.empty()) return absl::OkStatus();
    auto core = Router::FromSnapshot(options_.area, loaded.snapshot);
    if (!core.ok()) return core.status();
    core_ = *std::move(core);
    return absl::OkStatus();
  }

  /// Applies an entry of the active router's, as it did.
  absl::Status OnEntry(const TailEntry& tail) {
    v1::JournalEntry entry;
    if (!entry.ParseFromString(tail.bytes)) return absl::DataLossError("it is no JournalEntry");
    Batch batch;
    for (const v1::JournalEvent& journalled : entry.events()) {
      const auto event = FromJournal(journalled);
      if (!event.ok()) return event.status();
      last_now_ = std::max(last_now_, FromProto(journalled.time()));
      if (!journalled.request_id().empty())
        memory_.Add(journalled.request_id(), ActionOf(journalled));
      ApplyEvent(*event, batch);
    }
    seq_ = tail.seq;
    epoch_ = std::max(epoch_, tail.epoch);
    // The list of ended calls was loaded as of a later entry than the snapshot.
    if (tail.seq <= ended_up_to_) batch.changes.ended.clear();
    Show(std::move(batch.changes));
    return absl::OkStatus();
  }

  void OnWarm() {
    epoch_ = std::max(epoch_, follower_->epoch());
    if (auto warm = std::exchange(on_warm_, nullptr)) warm();
  }

  void Activate(uint64_t epoch, uint64_t seq, bool emptied) {
    LogInfo("this router is active",
            {{"epoch", epoch}, {"seq", seq}, {"redis_was_emptied", emptied}});
    role_ = Role::ROLE_ACTIVE;
    epoch_ = epoch;
    seq_ = seq;
    writer_ = std::make_unique<JournalWriter>(
        io_, store_, spool_.get(), options_.snapshot_every,
        JournalWriter::Hooks{.snapshot = [this] { return core_.EncodeSnapshot(); },
                             .everything =
                                 [this](bool with_ended) {
                                   auto all = ProjectEverything(core_, store_.keys(), now());
                                   if (with_ended) all.ended = ended_.all();
                                   return all;
                                 },
                             .on_epoch = [this](uint64_t new_epoch) { Rule(new_epoch); },
                             .on_fenced =
                                 [this] {
                                   role_ = Role::ROLE_STANDBY;
                                   asio::post(io_, [this] { StandBy(); });
                                 },
                             .on_spooling =
                                 [this](bool spooling) {
                                   OnSpooling(spooling);
                                 }},
        metrics_.writer());
    writer_->Open(epoch, seq, emptied);
    hub_.NoteAll();
    ArmWatch();
    follower_.reset();
    // The call services hear of us when the journal has it.
    (void)Submit({ToJournal(EpochStarted{epoch}), false, [this, epoch](const absl::Status& status) {
                    if (status.ok()) Rule(epoch);
                  }});
  }

  /// Tells the call services under which epoch this router decides.
  void Rule(uint64_t epoch) {
    epoch_ = epoch;
    nodes_.SetRole(Role::ROLE_ACTIVE, epoch);
    hub_.NoteAll();
    ArmWatch();
  }

  void OnSpooling(bool spooling) {
    hub_.NoteAll();
    ArmWatch();
    if (!spooling && role_ == Role::ROLE_ACTIVE) nodes_.FlushAcks(false);
  }

  // The end.

  /// SIGTERM: finishes what it has, then the other router may take over at once.
  void Leave(std::function<void()> done) {
    leaving_ = true;
    leave_done_ = std::move(done);
    if (follower_) follower_->Stop();
    if (role_ != Role::ROLE_ACTIVE) return Left();
    Pump();
  }

  void Release() {
    if (std::exchange(releasing_, true)) return;
    writer_->Release([this] { Left(); });
  }

  void Left() {
    if (role_ == Role::ROLE_ACTIVE) {
      nodes_.FlushAcks(writer_ && writer_->spooling());
      role_ = Role::ROLE_STANDBY;
      nodes_.SetRole(role_, epoch_);
    }
    if (leave_done_) std::exchange(leave_done_, nullptr)();
  }

  void End() {
    ended_for_good_ = true;
    if (follower_) follower_->Stop();
    for (auto& queued : std::exchange(queue_, {})) {
      if (queued.command.done) queued.command.done(StandbyError());
    }
    if (writer_) writer_->Abandon();
    connection_.Stop();
    deadline_timer_.cancel();
    watch_timer_.cancel();
    ack_timer_.cancel();
    metrics_timer_.cancel();
    role_ = Role::ROLE_STANDBY;
  }

  uint64_t epoch_ = 0;  ///< ours while active, else the highest seen
  uint64_t seq_ = 0;    ///< of the last entry applied
  uint64_t ended_up_to_ = 0;
  absl::Time last_now_ = absl::UnixEpoch();
  RequestMemory memory_;
  std::deque<Queued> queue_;
  std::unique_ptr<Spool> spool_;
  std::vector<std::string> spooled_;  ///< of an earlier run
  std::unique_ptr<Follower> follower_;
  std::unique_ptr<JournalWriter> writer_;
  std::optional<bool> link_up_;
  bool pump_posted_ = false, pumping_ = false, watch_armed_ = false, acks_armed_ = false;
  bool started_ = false, leaving_ = false, releasing_ = false, ended_for_good_ = false;
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
  return impl_->core_;
}

const EndedRing& Strand::ended() const {
  return impl_->ended_;
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
  return impl_->seats();
}

absl::Time Strand::now() const {
  return impl_->now();
}

bool Strand::active() const {
  return impl_->role_ == Role::ROLE_ACTIVE;
}

}  // namespace hotline::router
