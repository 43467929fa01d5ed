// hotline-call: answers callers, leads them through notice and queue, rings seats and stations.
#include <memory>

#include "absl/time/clock.h"

#include "services/call/service/call_node.h"
#include "services/call/service/grpc_service.h"
#include "services/call/service/options.h"
#include "services/runtime/access.h"
#include "services/runtime/clock.h"
#include "services/runtime/grpc_server.h"
#include "services/runtime/log.h"
#include "services/runtime/metrics.h"
#include "services/runtime/process.h"
#include "services/runtime/queue_service.h"

namespace hotline::call {
namespace {

constexpr absl::Duration kGrpcGrace = absl::Milliseconds(500);

absl::Status Run(Process& process) {
  const CallOptions options = ReadCallOptions(process.config());
  const AccessKey key = ReadAccessKey(process.config().Section("access"));
  if (auto status = process.config().status(); !status.ok()) return status;

  ActAsSystem(key, options.node);
  const Gate gate(key, options.area);
  Metrics metrics;
  const auto metrics_address = metrics.Serve(options.metrics);
  if (!metrics_address.ok()) return metrics_address.status();

  // Routers know a later process of the same name by its larger instance.
  const auto instance = static_cast<uint64_t>(absl::ToUnixMicros(absl::Now()));
  auto node = CallNode::Start(options, instance, MakeSteadyClock(), metrics);
  if (!node.ok()) return node.status();

  const auto service = MakeCallService(**node, gate);
  auto server = GrpcServer::Start(options.listen, (*node)->strand(), {service.get()}, "the call service");
  if (!server.ok()) return server.status();

  LogInfo("takes calls", {{"node", options.node},
                          {"sip", (*node)->sip_address().ToString()},
                          {"grpc", (*server)->address().ToString()},
                          {"metrics", metrics_address->ToString()}});
  process.WaitForStop();

  LogInfo("drains");
  (*server)->SetServing(false);
  (*node)->Drain(options.drain);
  (*server)->Drain(kGrpcGrace);
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline::call

int main(int argc, char** argv) {
  return hotline::RunProcess("hotline-call", argc, argv, hotline::call::Run);
}
