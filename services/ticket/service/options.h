// The section "ticket" of the configuration, and what it reads of "area".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/runtime/config.h"
#include "services/runtime/endpoint.h"
#include "services/ticket/service/desk.h"
#include "services/ticket/store/ticket_store.h"

namespace hotline::ticket {

struct TicketOptions {
  std::string area;
  Endpoint listen;
  Endpoint metrics;
  std::vector<Endpoint> routers;
  Endpoint call;
  std::optional<Endpoint> directory;  ///< none: units are not suggested
  std::string directory_copy;         ///< what is gone on with while it is away
  StoreOptions store;
  std::string key_file;  ///< seals callers' numbers
  int threads = 4;
  std::optional<Endpoint> partner;  ///< who is told of the desk's exchange; none: it is off
  absl::Duration partner_patience = absl::Seconds(5);  ///< for one answer
  DeskOptions desk;
};

/// Reads the section "ticket" (listen, metrics, routers, call, directory, store,
/// data_dir, key_file, org_code, draft_hold, calendar, limits, threads) and of "area" the id and the offset
/// from UTC. Mistakes are noted in the file.
TicketOptions ReadTicketOptions(ConfigFile& file);

}  // namespace hotline::ticket
