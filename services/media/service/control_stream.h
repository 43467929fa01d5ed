// One Control stream: the gRPC side of an Outlet.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"

#include "services/media/service/controller.h"
#include "services/runtime/queue_service.h"

#include "hotline/media/v1/media_service.pb.h"

namespace hotline::media {

/// Reads commands into the controller, in order, and writes what it answers.
class ControlStream final : public ServerStream<v1::ControlRequest, v1::ControlResponse>,
                            public Outlet,
                            public std::enable_shared_from_this<ControlStream> {
 public:
  /// Responses waiting to be written. A call service that does not read is cut off; it may come
  /// back.
  static constexpr size_t kMaxWaiting = 4096;

  /// `forgotten` is called when it is over.
  ControlStream(Controller& controller, std::function<void()> forgotten)
      : controller_(controller), forgotten_(std::move(forgotten)) {}

  void Send(v1::ControlResponse response) override;
  void Close(absl::Status status) override;

  void OnMessage(v1::ControlRequest request) override;
  void OnReadEnd() override;
  void OnGone() override;

 private:
  Controller& controller_;
  const std::function<void()> forgotten_;
};

}  // namespace hotline::media
