#include "agent_console/gateway/options.h"

#include <algorithm>

namespace hotline::console {
namespace {

/// Origins as browsers write them: scheme://host[:port], nothing behind it.
bool IsOrigin(const std::string& text) {
  const size_t colon = text.find("://");
  if (colon == std::string::npos) return false;
  const std::string scheme = text.substr(0, colon);
  const std::string host = text.substr(colon + 3);
  return (scheme == "http" || scheme == "https") && !host.empty() &&
         host.find('/') == std::string::npos;
}

void ReadArea(ConfigReader area, ConsoleOptions& options) {
  options.area = area.Name("id");
  area.List("seats", [&](ConfigReader& seat) {
    options.seats.push_back(seat.Name("id"));
    seat.IgnoreRest();
  });
  std::sort(options.seats.begin(), options.seats.end());
  area.IgnoreRest();
}

}  // namespace

ConsoleOptions ReadConsoleOptions(ConfigFile& file) {
  ConsoleOptions options;
  ReadArea(file.Section("area"), options);
  ConfigReader console = file.Section("console");
  options.listen = console.Listen("listen");
  options.metrics = console.Listen("metrics");
  if (console.Has("tls_certificate")) options.tls.certificate = console.String("tls_certificate");
  if (console.Has("tls_key")) options.tls.key = console.String("tls_key");
  if (options.tls.certificate.empty() != options.tls.key.empty()) {
    console.Error("tls_key", "TLS needs both tls_certificate and tls_key");
  }
  options.origins = console.Strings("origins");
  for (const std::string& origin : options.origins) {
    if (!IsOrigin(origin)) {
      console.Error("origins", "\"" + origin +
                                   "\" is no origin; write for example "
                                   "https://desk.example");
    }
  }
  options.routers = console.Peers("routers");
  if (options.routers.empty()) console.Error("routers", "at least one router is needed");
  if (console.Has("call")) options.call = {console.Peer("call")};
  if (console.Has("ticket")) options.ticket = {console.Peer("ticket")};
  if (console.Has("directory")) options.directory = {console.Peer("directory")};
  options.data_dir = console.String("data_dir", "var/console");
  options.web_dir = console.String("web_dir", "agent_console/web/dist");
  options.sessions.idle =
      console.Duration("session_idle", absl::Minutes(30), {.min = absl::Minutes(1)});
  options.sessions.longest =
      console.Duration("session_longest", absl::Hours(12), {.min = absl::Minutes(5)});
  return options;
}

}  // namespace hotline::console
