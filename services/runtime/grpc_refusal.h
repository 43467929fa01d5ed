// How a handler of the callback API says no: to a unary call and to a stream. Only for sources that
// include gRPC anyway.
#pragma once

#include <string>

#include "absl/status/status.h"
#include <grpcpp/grpcpp.h>

namespace hotline {

/// gRPC's codes are absl's codes.
inline grpc::Status ToGrpcStatus(const absl::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

/// Ends a unary call. Returns what the handler returns.
inline grpc::ServerUnaryReactor* RefuseUnary(grpc::CallbackServerContext& context,
                                             const absl::Status& why) {
  auto* reactor = context.DefaultReactor();
  reactor->Finish(ToGrpcStatus(why));
  return reactor;
}

/// A stream that ends at once; deletes itself.
template <class Reactor>
class RefusedStream final : public Reactor {
 public:
  static Reactor* Make(const absl::Status& why) { return new RefusedStream(why); }

  void OnDone() override { delete this; }

 private:
  explicit RefusedStream(const absl::Status& why) { this->Finish(ToGrpcStatus(why)); }
};

}  // namespace hotline
