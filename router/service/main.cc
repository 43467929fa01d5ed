// hotline-router: reads the configuration, then runs one router of the area until SIGTERM.
#include "absl/strings/str_cat.h"

#include "router/service/area_file.h"
#include "router/service/router_server.h"
#include "services/runtime/access_key.h"
#include "services/runtime/config.h"
#include "services/runtime/log.h"
#include "services/runtime/process.h"

namespace hotline::router {
namespace {

absl::Status Run(Process& process) {
  AreaFile area = ReadArea(process.config().Section("area"));
  const RouterFile file = ReadRouter(process.config().Section("router"));
  const AccessKey key = ReadAccessKey(process.config().Section("access"));
  if (auto status = process.config().status(); !status.ok()) return status;

  Metrics metrics;
  const auto metrics_address = metrics.Serve(file.metrics);
  if (!metrics_address.ok()) return metrics_address.status();

  auto server = RouterServer::Start(
      {.strand = {.area = std::move(area.config),
                  .name = file.name,
                  .owner = absl::StrCat(file.name, "/", absl::Hex(process.instance())),
                  .redis = *redis::ParseAddress(file.redis),
                  .lease = file.lease,
                  .spool_file = absl::StrCat(file.spool_dir, "/journal.spool"),
                  .snapshot_every = file.snapshot_every,
                  .pipeline_depth = file.pipeline_depth},
       .seats = std::move(area.seats),
       .listen = file.listen,
       .access_key = key},
      metrics);
  if (!server.ok()) return server.status();
  LogInfo("router started", {{"name", file.name},
                             {"listen", (*server)->address().ToString()},
                             {"metrics", metrics_address->ToString()},
                             {"redis", file.redis}});
  process.WaitForStop();
  (*server)->Drain();
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline::router

int main(int argc, char** argv) {
  return hotline::RunProcess("hotline-router", argc, argv, hotline::router::Run);
}
