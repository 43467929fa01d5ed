// hotline.media.v1.MediaService over a Controller, and its housekeeping: grace and metrics.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/media/service/controller.h"
#include "services/media/service/engine_metrics.h"
#include "services/runtime/access.h"
#include "services/runtime/queue_service.h"
#include "services/runtime/queue_strand.h"

#include "hotline/media/v1/media_service.pb.h"

namespace hotline::media {

/// Lives on the strand of the server that it is registered with, which it must outlive.
class MediaService final : public QueueService {
 public:
  /// How often the metrics follow the engine.
  static constexpr absl::Duration kMetricsInterval = absl::Seconds(1);

  /// `strand`, `controller`, `gate` and `metrics` must outlive this.
  MediaService(QueueStrand& strand, Controller& controller, const Gate& gate,
               EngineMetrics metrics);
  ~MediaService() override;

 private:
  using Stream = ServerStream<v1::ControlRequest, v1::ControlResponse>;

  absl::StatusOr<std::shared_ptr<Stream>> Control(grpc::ServerContext& context);
  void GetStats(UnaryCall& call, const v1::GetStatsRequest& request,
                v1::GetStatsResponse& response);
  void KeepHouse();

  QueueStrand& strand_;
  Controller& controller_;
  const Gate& gate_;
  EngineMetrics metrics_;
  QueueStrand::Alarm housekeeping_;
};

}  // namespace hotline::media
