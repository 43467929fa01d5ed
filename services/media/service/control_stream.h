// One Control stream: the gRPC side of an Outlet.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "absl/status/status.h"
#include <grpcpp/grpcpp.h>

#include "services/media/service/controller.h"

#include "hotline/media/v1/media_service.grpc.pb.h"

namespace hotline::media {

/// Reads commands into the controller, in order, and writes what it answers. Owns itself until gRPC
/// is done with it.
class ControlStream final : public grpc::ServerBidiReactor<v1::ControlRequest, v1::ControlResponse>,
                            public Outlet {
 public:
  /// Responses waiting to be written. A call service that does not read is cut off; it may come
  /// back.
  static constexpr size_t kMaxWaiting = 4096;

  /// Returns a new stream that has begun to read. `forgotten` is called when it is over.
  static ControlStream* Open(Controller& controller, std::function<void()> forgotten);

  void Send(v1::ControlResponse response) override;
  void Close(absl::Status status) override;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  ControlStream(Controller& controller, std::function<void()> forgotten)
      : controller_(controller), forgotten_(std::move(forgotten)) {}

  bool closing();
  void CloseLocked(grpc::Status status);
  void WriteNextLocked();

  Controller& controller_;
  const std::function<void()> forgotten_;
  std::shared_ptr<ControlStream> self_;  // until OnDone
  v1::ControlRequest request_;

  std::mutex mutex_;                         // taken after the controller's, never before
  std::deque<v1::ControlResponse> waiting_;  // the front one is being written
  std::optional<grpc::Status> closing_;      // how it will finish once waiting_ is empty
  bool finished_ = false;
};

}  // namespace hotline::media
