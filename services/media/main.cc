// hotline-media: RTP legs, gain matrix, prompts and digits for the call services of its site.
#include <sys/resource.h>

#include "absl/time/time.h"

#include "services/media/service/controller.h"
#include "services/media/service/engine_metrics.h"
#include "services/media/service/media_service.h"
#include "services/media/service/options.h"
#include "services/runtime/access.h"
#include "services/runtime/grpc_server.h"
#include "services/runtime/log.h"
#include "services/runtime/metrics.h"
#include "services/runtime/process.h"
#include "services/runtime/queue_strand.h"

namespace {

// How long streams may take to end after they were told to.
constexpr absl::Duration kDrainTime = absl::Seconds(1);

// Each leg has two sockets: the usual soft limit of 1,024 descriptors would end at 500 legs.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

absl::Status Run(hotline::Process& process) {
  const auto options = hotline::media::ReadMediaOptions(process.config().Section("media"));
  const auto key = hotline::ReadAccessKey(process.config().Section("access"));
  if (auto status = process.config().status(); !status.ok()) return status;
  RaiseDescriptorLimit();

  auto controller = hotline::media::Controller::Start(options, process.instance());
  if (!controller.ok()) return controller.status();
  hotline::Metrics metrics;
  // Only the call services of its site call it, whatever their area.
  const hotline::Gate gate(key, /*area=*/"");
  hotline::QueueStrand strand;
  hotline::media::MediaService service(strand, **controller, gate,
                                       hotline::media::EngineMetrics(metrics));
  const auto metrics_address = metrics.Serve(options.metrics);
  if (!metrics_address.ok()) return metrics_address.status();
  auto server = hotline::GrpcServer::Start(options.listen, strand, {&service}, "the media node");
  if (!server.ok()) return server.status();
  hotline::LogInfo("media node ready", {{"listen", (*server)->address().ToString()},
                                        {"metrics", metrics_address->ToString()},
                                        {"rtp_address", options.rtp_address},
                                        {"boot", process.instance()}});
  process.WaitForStop();
  // Talks are not waited for: their call services add the legs again at our successor.
  (*controller)->CloseAll(absl::UnavailableError("the media node stops"));
  (*server)->Drain(kDrainTime);
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  return hotline::RunProcess("hotline-media", argc, argv, Run);
}
