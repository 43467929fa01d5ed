#include "services/runtime/grpc_client.h"

#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"

#include "services/runtime/access.h"
#include "services/runtime/grpc_log.h"
#include "services/runtime/local_socket.h"

namespace hotline {

std::shared_ptr<grpc::Channel> MakeChannel(const Endpoint& server, const ChannelOptions& options) {
  const auto ms = [](absl::Duration d) {
    return static_cast<int>(absl::ToInt64Milliseconds(d));
  };
  RouteGrpcLog();
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.max_message_bytes);
  arguments.SetMaxSendMessageSize(options.max_message_bytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, ms(options.keepalive_time));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, ms(options.keepalive_timeout));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // Idle streams are pinged for ever; by default gRPC stops after two pings without data.
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, ms(options.min_reconnect_wait));
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, ms(options.min_reconnect_wait));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, ms(options.max_reconnect_wait));
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, options.own_connection ? 1 : 0);
  // Services of one host and one network: a proxy in the environment is for somebody else.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  const std::string local = LocalSocketOf(server);
  return grpc::CreateCustomChannel(local.empty() ? server.ToString() : local,
                                   grpc::InsecureChannelCredentials(), arguments);
}

std::unique_ptr<grpc::ClientContext> MakeCallContext(absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  PrepareContext(timeout, *context);
  return context;
}

std::unique_ptr<grpc::ClientContext> MakeStreamContext() {
  auto context = std::make_unique<grpc::ClientContext>();
  AddSystemIdentity(*context);
  return context;
}

void PrepareContext(absl::Duration timeout, grpc::ClientContext& context) {
  AddSystemIdentity(context);
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
}

std::unique_ptr<grpc::ClientContext> MakeContextFor(const std::string& signed_identity,
                                                    absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->AddMetadata(kIdentityKey, signed_identity);
  if (timeout < absl::InfiniteDuration()) {
    context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  }
  return context;
}

}  // namespace hotline
