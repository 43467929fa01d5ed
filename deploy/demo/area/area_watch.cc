#include "deploy/demo/area/area_watch.h"

#include <algorithm>
#include <chrono>

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include "deploy/demo/area/router_stubs.h"
#include "services/runtime/grpc_client.h"

namespace hotline::demo {
namespace {

constexpr std::chrono::milliseconds kLookAgain{100};

std::chrono::steady_clock::time_point After(absl::Duration timeout) {
  return std::chrono::steady_clock::now() + absl::ToChronoMilliseconds(timeout);
}

}  // namespace

int AreaView::CountSeats(router::v1::Seat::State state) const {
  return static_cast<int>(std::count_if(
      seats.begin(), seats.end(), [&](const auto& seat) { return seat.second.state() == state; }));
}

int AreaView::CountCalls(router::v1::Call::State state) const {
  return static_cast<int>(std::count_if(
      calls.begin(), calls.end(), [&](const auto& call) { return call.second.state() == state; }));
}

AreaWatch::AreaWatch(AreaClient& client, OnUpdate on_update)
    : client_(client), on_update_(std::move(on_update)), thread_([this] { Run(); }) {}

AreaWatch::~AreaWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (context_ != nullptr) context_->TryCancel();
    changed_.notify_all();
  }
  thread_.join();
}

bool AreaWatch::Wait(absl::Duration timeout,
                     const std::function<bool(const AreaView&)>& condition) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, After(timeout), [&] { return condition(view_); });
}

AreaView AreaWatch::view() const {
  const std::lock_guard lock(mutex_);
  return view_;
}

void AreaWatch::Run() {
  while (true) {
    if (const auto active = client_.FindActive()) Follow(*active);
    std::unique_lock lock(mutex_);
    if (view_.connected) {
      view_.connected = false;
      changed_.notify_all();
    }
    changed_.wait_for(lock, kLookAgain, [this] { return stopping_; });
    if (stopping_) return;
  }
}

void AreaWatch::Follow(const std::string& router) {
  const auto context = MakeStreamContext();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    context_ = context.get();
  }
  const auto reader = client_.At(router).area->WatchArea(context.get(), {});
  router::v1::WatchAreaResponse update;
  while (reader->Read(&update)) {
    Take(update);
    // A router that lost its lease still tells what it reads, but somebody else decides now.
    const bool active = update.area().role() == router::v1::RouterStatus::ROLE_ACTIVE;
    if (update.has_area() && !active) context->TryCancel();
  }
  const std::lock_guard lock(mutex_);
  context_ = nullptr;
}

void AreaWatch::Take(const router::v1::WatchAreaResponse& update) {
  const std::lock_guard lock(mutex_);
  if (update.full()) {
    view_.seats.clear();
    view_.queues.clear();
    view_.stations.clear();
    view_.calls.clear();
  }
  for (const auto& seat : update.seats()) view_.seats[seat.seat_id()] = seat;
  for (const auto& queue : update.queues()) view_.queues[queue.queue_id()] = queue;
  for (const auto& station : update.stations()) view_.stations[station.station_id()] = station;
  for (const auto& call : update.calls()) view_.calls[call.request().call_id()] = call;
  for (const auto& record : update.ended()) {
    view_.calls.erase(record.request().call_id());
    view_.ended[record.request().call_id()] = record;
  }
  if (update.has_stats()) view_.stats = update.stats();
  if (update.has_area()) view_.area = update.area();
  view_.connected = true;
  if (on_update_) on_update_(update, view_);
  changed_.notify_all();
}

}  // namespace hotline::demo
