// The loop around the core: commands, batches, the journal, then actions and answers; and what is
// told now and then: acknowledgements, pictures for watchers, metrics.
#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>

#include "router/service/convert/journal.h"
#include "router/service/projection.h"
#include "router/service/strand_impl.h"
#include "services/runtime/proto_time.h"

namespace hotline::router {

namespace asio = boost::asio;

absl::Status Strand::Impl::Submit(Command command) {
  if (!tenure_.active() || leaving_) return StandbyError();
  // That a call service is gone must be noted even then, or nobody gives its calls up.
  if (queue_.size() >= kMaxQueued && !command.event.has_node_detached()) {
    metrics_.CountRefused();
    return absl::ResourceExhaustedError("too many commands wait for the journal: try again later");
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

void Strand::Impl::Pump() {
  if (std::exchange(pumping_, true)) return;
  while (tenure_.active() && !queue_.empty() &&
         tenure_.writer().unconfirmed() < options_.pipeline_depth) {
    StepBatch();
  }
  pumping_ = false;
  if (leave_done_ && queue_.empty()) Release();
  ArmDeadline();
}

void Strand::Impl::StepBatch() {
  auto batch = std::make_shared<Batch>();
  v1::JournalEntry entry;
  entry.set_epoch(tenure_.writer().epoch());
  entry.set_seq(tenure_.writer().next_seq());
  entry.set_policy_version(replica_.core().policy_version());
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

bool Strand::Impl::Admit(Queued& queued, Batch& batch) {
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

void Strand::Impl::Finish(Batch& batch, const absl::Status& status) {
  if (!status.ok()) {
    // It never happened: asked again, it must not be taken for done.
    for (const auto& id : batch.request_ids) replica_.ForgetRequest(id);
    for (auto& answer : batch.answers) answer(StandbyError());
    return;
  }
  nodes_.Dispatch(batch.effects.actions);
  for (const Action& action : batch.effects.actions) metrics_.Count(action);
  for (auto& answer : batch.answers) answer(absl::OkStatus());
  ArmAcks();
  Show(std::move(batch.effects.changes));
  Pump();
}

void Strand::Impl::Show(Changes&& changes) {
  replica_.AddEnded(changes);
  hub_.Note(std::move(changes));
  if (hub_.dirty()) ArmWatch();
}

void Strand::Impl::ArmDeadline() {
  // What waits in the queue applies all deadlines first: no tick besides it, which would only make
  // the queue longer, again and again while the journal is slow.
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

void Strand::Impl::ArmAcks() {
  if (!nodes_.ack_due() || std::exchange(acks_armed_, true)) return;
  ack_timer_.expires_after(absl::ToChronoNanoseconds(kAckInterval));
  ack_timer_.async_wait([this](boost::system::error_code ec) {
    acks_armed_ = false;
    if (!ec) nodes_.FlushAcks(tenure_.spooling());
  });
}

void Strand::Impl::ArmWatch() {
  if (std::exchange(watch_armed_, true)) return;
  watch_timer_.expires_after(absl::ToChronoNanoseconds(kWatchInterval));
  watch_timer_.async_wait([this](boost::system::error_code ec) {
    watch_armed_ = false;
    if (!ec) hub_.Flush(replica_.core(), replica_.now());
  });
}

void Strand::Impl::ShowMetrics() {
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

}  // namespace hotline::router
