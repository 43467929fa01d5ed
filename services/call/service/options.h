// The section "call" of the configuration, and what it reads of "area".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "services/call/core/call.h"
#include "services/call/sip/sip_endpoint.h"
#include "services/runtime/config.h"
#include "services/runtime/endpoint.h"

namespace hotline::call {

/// Records of ended calls that no router has acknowledged, and live calls, which will leave one
/// each. A day of 100,000 calls without a router; about 60 MB, and half of what a router takes in
/// one announcement.
inline constexpr size_t kMaxUnacknowledged = 100'000;

struct CallOptions {
  std::string area;
  std::string node;
  Endpoint listen;
  Endpoint metrics;
  SipOptions sip;
  std::vector<Endpoint> routers;
  Endpoint media;
  std::string spool_dir;
  absl::Duration drain;  ///< how long live calls may go on after SIGTERM
  CallConfig core;
  size_t max_unacknowledged = kMaxUnacknowledged;  ///< then new calls are refused
};

/// Reads the section "call" (node, listen, metrics, sip_listen, sip_proxy, domain, routers, media,
/// spool_dir, notice, music, no_agent, busy, rtp_timeout, max_calls, session_expires, drain) and of
/// "area" the id and the numbers; a number's queue must be one of the area's. Mistakes are noted in
/// the file.
CallOptions ReadCallOptions(ConfigFile& file);

}  // namespace hotline::call
