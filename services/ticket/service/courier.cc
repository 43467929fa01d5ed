#include "services/ticket/service/courier.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include "services/runtime/grpc_client.h"
#include "services/runtime/log.h"
#include "services/ticket/exchange/retry_plan.h"

namespace hotline::ticket {
namespace {

constexpr int kAtOnce = 50;                             // notices that are read at a time
constexpr absl::Duration kMostWait = absl::Seconds(5);  // the gauges' age
constexpr absl::Duration kLeastWait = absl::Milliseconds(10);
constexpr absl::Duration kAfterFailure = absl::Seconds(1);
constexpr absl::Duration kFirstLinkPause = absl::Milliseconds(250);
constexpr absl::Duration kLongestLinkPause = absl::Seconds(30);

/// Whether a later try of another notice would end the same way.
bool IsAway(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
}

}  // namespace

Courier::Courier(CourierOptions options, TicketStore& store, Clock clock, Metrics& metrics)
    : options_(std::move(options)),
      store_(store),
      clock_(std::move(clock)),
      waiting_(metrics.AddGauge("hotline_exchange_waiting", "Notices that nobody has taken yet.")),
      overdue_(
          metrics.AddGauge("hotline_exchange_overdue",
                           "Of these, those that wait longer than ticket.exchange.alarm_after.")),
      oldest_seconds_(metrics.AddGauge("hotline_exchange_oldest_seconds",
                                       "How long the oldest notice waits; 0: none.")),
      delivered_(metrics.AddCounter("hotline_exchange_delivered_total", "Notices taken.")),
      failed_(metrics.AddCounter("hotline_exchange_failed_total", "Tries that failed.")),
      stub_(exchange::v1::PartnerService::NewStub(
          MakeChannel(options_.partner, {.own_connection = true}))),
      pause_(kFirstLinkPause) {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "ticket-courier");
    Run();
  });
}

Courier::~Courier() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Courier::Wake() {
  {
    const std::lock_guard lock(mutex_);
    if (woken_) return;
    woken_ = true;
  }
  wake_.notify_all();
}

bool Courier::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Courier::Run() {
  absl::Time next = absl::InfinitePast();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    // While the partner is away, what comes meanwhile wakes nobody: the pause is kept.
    const bool away = pause_ > kFirstLinkPause;
    const absl::Duration wait = next - clock_();
    if (wait > absl::ZeroDuration() && (away || !woken_)) {
      wake_.wait_for(lock, absl::ToChronoMicroseconds(std::min(wait, kMostWait)));
      continue;
    }
    woken_ = false;
    lock.unlock();
    next = Work();
    lock.lock();
  }
}

absl::Time Courier::Work() {
  std::vector<Notice> due;
  absl::Time next = absl::InfiniteFuture();
  const absl::Time now = clock_();
  const auto read = store_.Read([&](TicketReader& db) {
    due = db.post().Due(options_.source, now, kAtOnce);
    next = db.post().NextTry(options_.source);
    return absl::OkStatus();
  });
  if (!read.ok()) {
    LogError("the outbox cannot be read; tries again", {{"why", read}});
    return clock_() + kAfterFailure;
  }
  for (const Notice& notice : due) {
    if (stopping()) return clock_();
    if (!Take(notice)) {
      next = clock_() + pause_;
      pause_ = std::min(pause_ * 2, kLongestLinkPause);
      Watch();
      return next;
    }
    pause_ = kFirstLinkPause;
  }
  Watch();
  if (!due.empty()) return clock_();  // the next ones of these tickets, and more
  return std::clamp(next, clock_() + kLeastWait, clock_() + kMostWait);
}

bool Courier::Take(const Notice& notice) {
  exchange::v1::NotifyRequest request;
  exchange::v1::NotifyResponse response;
  grpc::Status status(grpc::StatusCode::DATA_LOSS, "the notice cannot be read");
  if (google::protobuf::util::JsonStringToMessage(notice.body, &request).ok()) {
    const auto context = MakeCallContext(options_.patience);
    status = stub_->Notify(context.get(), request, &response);
  }
  const absl::Time now = clock_();
  const auto written = store_.Write([&](TicketWriter& db) {
    if (status.ok()) {
      db.post().Delivered(notice, now);
    } else {
      db.post().Failed(notice, NextTry(now, notice.tries + 1, notice.ticket_no),
                       std::string(status.error_message()));
    }
    return absl::OkStatus();
  });
  // A delivery that could not be written is made again: the partner counts it once.
  if (!written.ok()) LogError("the outbox cannot be written; tries again", {{"why", written}});
  if (status.ok()) {
    delivered_.Add();
  } else {
    failed_.Add();
  }
  return written.ok() && !IsAway(status);
}

void Courier::Watch() {
  NoticeCounts counts;
  const absl::Time now = clock_();
  const auto read = store_.Read([&](TicketReader& db) {
    counts = db.post().Count(options_.source, now - options_.alarm_after);
    return absl::OkStatus();
  });
  if (!read.ok()) return;
  waiting_.Set(static_cast<double>(counts.waiting));
  overdue_.Set(static_cast<double>(counts.overdue));
  oldest_seconds_.Set(counts.waiting == 0 ? 0 : absl::ToDoubleSeconds(now - counts.oldest));
  const bool alarm = counts.overdue > 0;
  if (alarm && !alarmed_) {
    LogError("the other system does not take its notices: see hotline-ctl exchange",
             {{"source", options_.source},
              {"overdue", counts.overdue},
              {"oldest", absl::FormatTime(counts.oldest, absl::UTCTimeZone())}});
  } else if (alarmed_ && !alarm) {
    LogInfo("the other system takes its notices again", {{"source", options_.source}});
  }
  alarmed_ = alarm;
}

}  // namespace hotline::ticket
