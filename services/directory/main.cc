// hotline-directory: who there is, where and when: areas, stations, staff, rosters, catalogue.
#include "services/directory/service/directory_server.h"
#include "services/directory/service/options.h"
#include "services/runtime/access.h"
#include "services/runtime/access_key.h"
#include "services/runtime/clock.h"
#include "services/runtime/log.h"
#include "services/runtime/metrics.h"
#include "services/runtime/process.h"

namespace hotline::directory {
namespace {

/// For answers under way; streams are cut after it.
constexpr absl::Duration kDrainGrace = absl::Seconds(2);

absl::Status Run(Process& process) {
  const DirectoryOptions options = ReadDirectoryOptions(process.config());
  const AccessKey key = ReadAccessKey(process.config().Section("access"));
  if (auto status = process.config().status(); !status.ok()) return status;

  ActAsSystem(key, "directory");
  const Gate gate(key, options.area);
  Metrics metrics;
  const auto metrics_address = metrics.Serve(options.metrics);
  if (!metrics_address.ok()) return metrics_address.status();

  auto server = DirectoryServer::Start(options, gate, MakeSteadyClock(), metrics);
  if (!server.ok()) return server.status();
  LogInfo("keeps the directory",
          {{"listen", (*server)->address().ToString()}, {"metrics", metrics_address->ToString()}});
  process.WaitForStop();

  LogInfo("drains");
  (*server)->Drain(kDrainGrace);
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline::directory

int main(int argc, char** argv) {
  return hotline::RunProcess("hotline-directory", argc, argv, hotline::directory::Run);
}
