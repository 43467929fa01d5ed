// The section "media" of the configuration.
#pragma once

#include <string>

#include "absl/time/time.h"

#include "services/media/rtp/engine.h"
#include "services/runtime/config.h"
#include "services/runtime/endpoint.h"

namespace hotline::media {

struct MediaOptions {
  hotline::Endpoint listen;
  hotline::Endpoint metrics;
  std::string rtp_address;  ///< As SDP writes it; engine.address is the same.
  std::string prompts_dir;
  absl::Duration grace;  ///< How long legs outlive their control stream.
  EngineOptions engine;
};

/// Reads: listen, metrics, rtp_address (IPv4), rtp_ports ("40000-49998"), prompts_dir, threads,
/// rtp_timeout, grace. Mistakes are noted in the reader's file.
MediaOptions ReadMediaOptions(ConfigReader section);

}  // namespace hotline::media
