#include "services/media/service/media_service.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

#include "services/media/service/control_stream.h"
#include "services/media/service/convert.h"

namespace hotline::media {

MediaService::MediaService(QueueStrand& strand, Controller& controller, const Gate& gate,
                           EngineMetrics metrics)
    : strand_(strand),
      controller_(controller),
      gate_(gate),
      metrics_(std::move(metrics)),
      housekeeping_(strand, [this] { KeepHouse(); }) {
  Answer(this, &MediaService::GetStats);
  Accept(this, &MediaService::Control, ControlStream::kMaxWaiting);
  strand_.Run([this] { KeepHouse(); });
}

MediaService::~MediaService() {
  strand_.Run([this] { housekeeping_.Clear(); });
}

auto MediaService::Control(grpc::ServerContext& context)
    -> absl::StatusOr<std::shared_ptr<Stream>> {
  const auto caller = gate_.Check(context, *v1::ControlRequest::descriptor());
  if (!caller.ok()) return caller.status();
  // A stream ended: a grace began that may be shorter than the wait under way.
  return std::make_shared<ControlStream>(controller_, [this] { KeepHouse(); });
}

void MediaService::GetStats(UnaryCall& call, const v1::GetStatsRequest& request,
                            v1::GetStatsResponse& response) {
  const auto caller = gate_.Check(call.context(), request);
  if (!caller.ok()) return call.Finish(caller.status());
  response = ToResponse(controller_.stats());
  call.Finish(grpc::Status::OK);
}

void MediaService::KeepHouse() {
  metrics_.Update(controller_.stats());
  const absl::Time now = absl::Now();
  const absl::Duration grace = controller_.RemoveOrphans(now) - now;
  housekeeping_.Set(std::min(grace, kMetricsInterval));
}

}  // namespace hotline::media
