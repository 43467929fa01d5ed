#include "services/media/service/options.h"

#include "services/media/service/convert.h"

namespace hotline::media {
namespace {

constexpr IntRange kPorts{1024, 65534}, kThreads{1, 64};
constexpr IntRange kDefaultPorts{40000, 49998};

}  // namespace

MediaOptions ReadMediaOptions(ConfigReader section) {
  const DurationRange timeout{absl::Seconds(1), absl::Hours(1)};
  MediaOptions options;
  options.listen = section.Listen("listen");
  options.metrics = section.Listen("metrics");
  options.rtp_address = section.String("rtp_address", "127.0.0.1");
  options.prompts_dir = section.String("prompts_dir", "var/prompts");
  options.grace = section.Duration("grace", absl::Seconds(10), {.max = absl::Minutes(10)});
  options.engine.threads = static_cast<size_t>(section.Int("threads", kThreads, 2));
  options.engine.rtp_timeout = section.Duration("rtp_timeout", absl::Seconds(30), timeout);
  const IntRange ports = section.Span("rtp_ports", kPorts, kDefaultPorts);
  options.engine.ports = {static_cast<uint16_t>(ports.min), static_cast<uint16_t>(ports.max)};
  if (ports.min == ports.max && ports.min % 2 != 0) {
    section.Error("rtp_ports", "has no even port for RTP");
  }
  const auto address = ParseIpv4(options.rtp_address);
  if (!address || *address == 0) {
    section.Error("rtp_address", "is no IPv4 address of this host; write for example 192.0.2.10");
  } else {
    options.engine.address = *address;
  }
  return options;
}

}  // namespace hotline::media
