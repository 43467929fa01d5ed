// The section "console" of the configuration, and what it reads of "area".
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "agent_console/gateway/http/server.h"
#include "agent_console/gateway/people/sessions.h"
#include "services/runtime/config.h"
#include "services/runtime/endpoint.h"

namespace hotline::console {

struct ConsoleOptions {
  std::string area;
  std::vector<std::string> seats;  ///< the area's
  Endpoint listen;
  Endpoint metrics;
  TlsFiles tls;
  std::vector<std::string> origins;  ///< empty: loopback's
  std::vector<Endpoint> routers;
  std::vector<Endpoint> call, ticket, directory;  ///< one each, or none
  std::string data_dir;                           ///< accounts and sessions
  std::string web_dir;                            ///< the web app's build
  SessionLimits sessions;
};

/// Reads the section "console" (listen, metrics, tls_certificate, tls_key, origins, routers, call,
/// ticket, directory, data_dir, web_dir, session_idle, session_longest) and of "area" the id and
/// the seats. Mistakes are noted in the file.
ConsoleOptions ReadConsoleOptions(ConfigFile& file);

}  // namespace hotline::console
