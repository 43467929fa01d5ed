// Reads an area's routing from the configuration: queues, seats, stations, numbers; and the section
// "router" of a process. Every mistake is noted in the ConfigFile, at its key.
#pragma once

#include <vector>

#include "router/core/config.h"
#include "router/core/event.h"
#include "services/runtime/config.h"

namespace hotline::router {

/// The section "area" as the router needs it.
struct AreaFile {
  AreaConfig config;
  std::vector<SeatProfile> seats;  ///< without agents
};

/// Requires: `area` is the section "area". The result is sound if the file's status is OK.
AreaFile ReadArea(ConfigReader area);

/// The section "router".
struct RouterFile {
  std::string name;
  Endpoint listen;
  Endpoint metrics;
  std::string redis;  ///< for redis::ParseAddress
  absl::Duration lease;
  std::string spool_dir;
  uint64_t snapshot_every = 0;
  size_t pipeline_depth = 0;
};

/// Requires: `router` is the section "router".
RouterFile ReadRouter(ConfigReader router);

}  // namespace hotline::router
