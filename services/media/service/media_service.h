// hotline.media.v1.MediaService over a Controller, and its housekeeping: grace and metrics.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "absl/time/time.h"
#include <grpcpp/grpcpp.h>

#include "services/media/service/controller.h"
#include "services/media/service/engine_metrics.h"
#include "services/runtime/access.h"

#include "hotline/media/v1/media_service.grpc.pb.h"

namespace hotline::media {

/// Thread-safe. Must outlive the server that it is registered with.
class MediaService final : public v1::MediaService::CallbackService {
 public:
  /// How often the metrics follow the engine.
  static constexpr absl::Duration kMetricsInterval = absl::Seconds(1);

  /// `controller`, `gate` and `metrics` must outlive this.
  MediaService(Controller& controller, const Gate& gate, EngineMetrics metrics);
  ~MediaService() override;

  grpc::ServerBidiReactor<v1::ControlRequest, v1::ControlResponse>* Control(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* GetStats(grpc::CallbackServerContext* context,
                                     const v1::GetStatsRequest* request,
                                     v1::GetStatsResponse* response) override;

 private:
  void KeepHouse();
  void Wake();

  Controller& controller_;
  const Gate& gate_;
  EngineMetrics metrics_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stream_ended_ = false;
  bool stopping_ = false;
  std::thread housekeeping_;  // last: it uses all of the above
};

}  // namespace hotline::media
