// hotline-ticket: keeps the tickets, and opens one for each call that somebody answers.
#include "services/runtime/access.h"
#include "services/runtime/access_key.h"
#include "services/runtime/clock.h"
#include "services/runtime/log.h"
#include "services/runtime/metrics.h"
#include "services/runtime/process.h"
#include "services/ticket/service/options.h"
#include "services/ticket/service/ticket_server.h"

namespace hotline::ticket {
namespace {

/// For answers under way; streams are cut after it.
constexpr absl::Duration kDrainGrace = absl::Seconds(2);

absl::Status Run(Process& process) {
  const TicketOptions options = ReadTicketOptions(process.config());
  const AccessKey key = ReadAccessKey(process.config().Section("access"));
  if (auto status = process.config().status(); !status.ok()) return status;

  ActAsSystem(key, "ticket");
  const Gate gate(key, options.area);
  Metrics metrics;
  const auto metrics_address = metrics.Serve(options.metrics);
  if (!metrics_address.ok()) return metrics_address.status();

  auto server = TicketServer::Start(options, gate, MakeSteadyClock(), metrics);
  if (!server.ok()) return server.status();
  LogInfo("keeps tickets",
          {{"listen", (*server)->address().ToString()}, {"metrics", metrics_address->ToString()}});
  process.WaitForStop();

  LogInfo("drains");
  (*server)->Drain(kDrainGrace);
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline::ticket

int main(int argc, char** argv) {
  return hotline::RunProcess("hotline-ticket", argc, argv, hotline::ticket::Run);
}
