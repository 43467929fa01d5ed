#include "services/runtime/grpc_server.h"

#include <climits>
#include <cstdlib>
#include <future>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"

#include "services/base/check.h"
#include "services/runtime/grpc_health.h"
#include "services/runtime/grpc_log.h"
#include "services/runtime/listen_socket.h"
#include "services/runtime/local_socket.h"
#include "services/runtime/queue_service.h"
#include "services/runtime/queue_strand.h"
#include "services/runtime/server_call.h"

namespace hotline {
namespace {

int ToMs(absl::Duration duration) {
  return duration >= absl::Milliseconds(INT_MAX)
             ? INT_MAX
             : static_cast<int>(duration / absl::Milliseconds(1));
}

void SetLimits(const GrpcLimits& limits, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(limits.max_message_bytes);
  builder.SetMaxSendMessageSize(limits.max_message_bytes);
  grpc::ResourceQuota quota("hotline");
  quota.Resize(limits.max_memory_bytes).SetMaxThreads(limits.max_threads);
  builder.SetResourceQuota(quota);
  const std::pair<const char*, int> arguments[] = {
      {GRPC_ARG_MAX_METADATA_SIZE, limits.max_metadata_bytes},
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.max_streams_per_connection},
      {GRPC_ARG_KEEPALIVE_TIME_MS, ToMs(limits.keepalive_time)},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, ToMs(limits.keepalive_timeout)},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, ToMs(limits.min_ping_interval)},
      {GRPC_ARG_HTTP2_MAX_PING_STRIKES, limits.max_ping_strikes},
      {GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, ToMs(limits.handshake_timeout)},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, ToMs(limits.max_connection_age)},
      {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, ToMs(limits.max_connection_age_grace)},
      // On by default in gRPC: two processes on one port would share its connections at random.
      {GRPC_ARG_ALLOW_REUSEPORT, 0},
  };
  for (const auto& [name, value] : arguments) builder.AddChannelArgument(name, value);
}

absl::Status Explain(const Endpoint& listen, const std::string& local, const std::string& what) {
  absl::Status why = ExplainListenFailure(listen, what);
  if (local.empty() || !absl::IsUnavailable(why)) return why;  // the port is what is wrong
  return absl::UnavailableError(
      absl::StrCat(what, " cannot listen on ", local, ": look at host.socket_dir"));
}

}  // namespace

/// Where calls come in that a strand serves: finds the method of each.
class GrpcServer::Reception {
 public:
  Reception(QueueStrand& strand, const std::vector<QueueService*>& services)
      : calls_{.strand = strand,
               .on_call = [this](ServerCall& call) { Direct(call); },
               .on_empty =
                   [this] {
                     empty_.set_value();
                   }} {
    methods_.insert(health_.methods().begin(), health_.methods().end());
    for (const QueueService* service : services) {
      methods_.insert(service->methods().begin(), service->methods().end());
    }
  }

  QueueStrand& strand() { return calls_.strand; }

  grpc::AsyncGenericService* door() { return &calls_.door; }

  void Open() {
    calls_.strand.Run([this] { ServerCall::Await(calls_); });
  }

  void SetServing(bool serving) {
    calls_.strand.Post([this, serving] { health_.SetServing(serving); });
  }

  /// Requires: the server has shut down.
  void AwaitEmpty() { empty_.get_future().wait(); }

 private:
  void Direct(ServerCall& call) {
    const auto found = methods_.find(call.method());
    if (found == methods_.end()) {
      return call.Finish({grpc::StatusCode::UNIMPLEMENTED, "there is no such method here"});
    }
    found->second(call);
  }

  GrpcHealth health_;
  std::map<std::string, QueueService::OnCall> methods_;
  std::promise<void> empty_;
  ServerCall::Server calls_;
};

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const Endpoint& listen, const std::vector<grpc::Service*>& services, std::string what,
    const GrpcLimits& limits) {
  HOTLINE_CHECK(!services.empty(), "gRPC does not start a server without a service");
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  SetLimits(limits, builder);
  for (grpc::Service* service : services) builder.RegisterService(service);
  return Build(listen, builder, nullptr, what);
}

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    const Endpoint& listen, QueueStrand& strand, const std::vector<QueueService*>& services,
    std::string what, const GrpcLimits& limits) {
  grpc::EnableDefaultHealthCheckService(false);  // it would bring gRPC's threads
  auto reception = std::make_unique<Reception>(strand, services);
  grpc::ServerBuilder& builder = strand.server_builder();
  SetLimits(limits, builder);
  builder.RegisterAsyncGenericService(reception->door());
  return Build(listen, builder, std::move(reception), what);
}

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Build(const Endpoint& listen,
                                                              grpc::ServerBuilder& builder,
                                                              std::unique_ptr<Reception> reception,
                                                              const std::string& what) {
  RouteGrpcLog();
  int port = 0;
  builder.AddListeningPort(listen.ToString(), grpc::InsecureServerCredentials(), &port);
  // Behind the port: if that is in use, the other server keeps its socket.
  const std::string local = LocalSocketOf(listen);
  if (!local.empty()) builder.AddListeningPort(local, grpc::InsecureServerCredentials());
  auto server = builder.BuildAndStart();
  if (server == nullptr || port == 0) return Explain(listen, local, what);
  if (reception) reception->Open();
  return std::unique_ptr<GrpcServer>(new GrpcServer(
      std::move(server), {listen.host, static_cast<uint16_t>(port)}, std::move(reception)));
}

GrpcServer::GrpcServer(std::unique_ptr<grpc::Server> server, Endpoint address,
                       std::unique_ptr<Reception> reception)
    : server_(std::move(server)), address_(std::move(address)), reception_(std::move(reception)) {
  SetServing(true);
}

GrpcServer::~GrpcServer() {
  Drain(absl::ZeroDuration());
}

void GrpcServer::SetServing(bool serving) {
  if (reception_) return reception_->SetServing(serving);
  server_->GetHealthCheckService()->SetServingStatus(serving);
}

void GrpcServer::Drain(absl::Duration grace) {
  if (std::exchange(drained_, true)) return;
  SetServing(false);
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  server_->Wait();
  if (!reception_) return;
  reception_->AwaitEmpty();
  reception_->strand().Run([] {});  // what was posted about health is done
}

}  // namespace hotline
