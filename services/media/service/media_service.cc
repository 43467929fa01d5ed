#include "services/media/service/media_service.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

#include "services/media/service/control_stream.h"
#include "services/media/service/convert.h"
#include "services/runtime/grpc_refusal.h"

namespace hotline::media {

MediaService::MediaService(Controller& controller, const Gate& gate, EngineMetrics metrics)
    : controller_(controller), gate_(gate), metrics_(std::move(metrics)) {
  housekeeping_ = std::thread(&MediaService::KeepHouse, this);
}

MediaService::~MediaService() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  housekeeping_.join();
}

grpc::ServerBidiReactor<v1::ControlRequest, v1::ControlResponse>* MediaService::Control(
    grpc::CallbackServerContext* context) {
  const auto caller = gate_.Check(*context, *v1::ControlRequest::descriptor());
  if (!caller.ok()) {
    return RefusedStream<grpc::ServerBidiReactor<v1::ControlRequest, v1::ControlResponse>>::Make(
        caller.status());
  }
  return ControlStream::Open(controller_, [this] { Wake(); });
}

grpc::ServerUnaryReactor* MediaService::GetStats(grpc::CallbackServerContext* context,
                                                 const v1::GetStatsRequest* request,
                                                 v1::GetStatsResponse* response) {
  if (const auto caller = gate_.Check(*context, *request); !caller.ok()) {
    return RefuseUnary(*context, caller.status());
  }
  *response = ToResponse(controller_.stats());
  auto* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

// A stream ended: a grace began that may be shorter than the wait under way.
void MediaService::Wake() {
  std::lock_guard lock(mutex_);
  stream_ended_ = true;
  changed_.notify_one();
}

void MediaService::KeepHouse() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    stream_ended_ = false;
    lock.unlock();
    metrics_.Update(controller_.stats());
    const absl::Time now = absl::Now();
    const absl::Duration grace = controller_.RemoveOrphans(now) - now;
    lock.lock();
    changed_.wait_for(lock, absl::ToChronoMilliseconds(std::min(grace, kMetricsInterval)),
                      [this] { return stopping_ || stream_ended_; });
  }
}

}  // namespace hotline::media
