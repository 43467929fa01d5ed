#include "services/media/service/control_stream.h"

#include "absl/time/clock.h"

#include "services/runtime/grpc_refusal.h"

namespace hotline::media {

void ControlStream::OnMessage(v1::ControlRequest request) {
  controller_.Handle(shared_from_this(), request);
  Read();
}

void ControlStream::OnReadEnd() {
  // Half-closed by the client, cancelled, or broken.
  controller_.Forget(this, absl::Now());
  Finish(grpc::Status::OK);
}

void ControlStream::Send(v1::ControlResponse response) {
  ServerStream::Send(response);
}

void ControlStream::Close(absl::Status status) {
  Finish(ToGrpcStatus(status));
}

void ControlStream::OnGone() {
  controller_.Forget(this, absl::Now());
  forgotten_();
}

}  // namespace hotline::media
