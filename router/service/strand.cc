#include "router/service/strand.h"

#include <future>
#include <utility>

#include "absl/container/btree_set.h"
#include <boost/asio/post.hpp>

#include "router/service/convert/journal.h"
#include "router/service/strand_impl.h"
#include "services/runtime/log.h"

namespace hotline::router {

namespace asio = boost::asio;

absl::Status StandbyError() {
  return absl::UnavailableError("this router stands by: ask the active one");
}

Strand::Impl::Impl(StrandOptions options, Metrics& metrics)
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

absl::Status Strand::Impl::Start(std::function<void()> on_warm) {
  on_warm_ = std::move(on_warm);
  if (auto opened = tenure_.OpenSpool(); !opened.ok()) return opened;
  asio::post(io_, [this] {
    tenure_.Connect();
    ShowMetrics();
  });
  thread_ = std::thread([this] { io_.run(); });
  return absl::OkStatus();
}

void Strand::Impl::Leave(absl::Duration patience) {
  if (!thread_.joinable()) return;
  auto released = std::make_shared<std::promise<void>>();
  auto future = released->get_future();
  asio::post(io_, [this, released] { Leave([released] { released->set_value(); }); });
  future.wait_for(absl::ToChronoNanoseconds(patience));
}

void Strand::Impl::Stop() {
  if (!thread_.joinable()) return;
  asio::post(io_, [this] { End(); });
  work_.reset();
  thread_.join();
}

void Strand::Impl::Post(std::function<void()> task) {
  asio::post(io_, [this, task = std::move(task)] {
    if (!ended_for_good_) task();
  });
}

v1::GetAreaResponse Strand::Impl::area() const {
  v1::GetAreaResponse out;
  out.set_area(options_.area.id);
  out.set_router(options_.name);
  out.set_role(role());
  out.set_epoch(replica_.epoch());
  out.set_draining(replica_.core().draining());
  out.set_spooling(tenure_.spooling());
  out.set_journal_seq(replica_.seq());
  out.set_policy_version(replica_.core().policy_version());
  out.set_journal_policy_version(replica_.journal_policy_version());
  for (auto& name : nodes_.names()) out.add_nodes(std::move(name));
  return out;
}

// The role.

v1::RouterStatus::Role Strand::Impl::role() const {
  return tenure_.active() ? v1::RouterStatus::ROLE_ACTIVE : v1::RouterStatus::ROLE_STANDBY;
}

Tenure::Hooks Strand::Impl::TenureHooks() {
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

void Strand::Impl::OnStandby() {
  RefuseQueued();
  ShowRole();
  ArmDeadline();
  if (leaving_) Left();
}

void Strand::Impl::OnActive() {
  ShowAll();
  // The call services hear of us when the journal has it.
  (void)Submit(
      {ToJournal(EpochStarted{replica_.epoch()}), false, [this](const absl::Status& status) {
         if (status.ok()) ShowRole();
       }});
  SignOutUnconfigured();
}

void Strand::Impl::SignOutUnconfigured() {
  absl::btree_set<std::string_view> configured;
  for (const SeatProfile& profile : options_.seats) configured.insert(profile.seat);
  for (const SeatView& seat : replica_.core().seats()) {
    if (seat.state == SeatState::kSignedOut || configured.contains(seat.profile.seat)) continue;
    LogWarn("a seat is configured no more: signing it out", {{"seat", seat.profile.seat}});
    (void)Submit({ToJournal(SeatSignedOut{seat.profile.seat}), false, nullptr});
  }
}

void Strand::Impl::ShowRole() {
  nodes_.SetRole(role(), replica_.epoch());
  ShowAll();
}

void Strand::Impl::ShowAll() {
  hub_.NoteAll();
  ArmWatch();
}

void Strand::Impl::RefuseQueued() {
  for (auto& queued : std::exchange(queue_, {})) {
    if (queued.command.done) queued.command.done(StandbyError());
  }
}

// The end.

void Strand::Impl::Leave(std::function<void()> done) {
  leaving_ = true;
  leave_done_ = std::move(done);
  tenure_.Retire();
  if (!tenure_.active()) return Left();
  Pump();
}

void Strand::Impl::Release() {
  if (std::exchange(releasing_, true)) return;
  tenure_.Release([this] {
    nodes_.FlushAcks(tenure_.spooling());
    nodes_.SetRole(role(), replica_.epoch());
    Left();
  });
}

void Strand::Impl::Left() {
  if (leave_done_) std::exchange(leave_done_, nullptr)();
}

void Strand::Impl::End() {
  ended_for_good_ = true;
  RefuseQueued();
  tenure_.Stop();
  deadline_timer_.cancel();
  watch_timer_.cancel();
  ack_timer_.cancel();
  metrics_timer_.cancel();
}

// The face.

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
