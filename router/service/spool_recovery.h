// Brings home what a router spooled before it died in an outage of Redis.
//
// Lives on the strand.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"

#include "router/redis/journal_store.h"

namespace hotline::router {

/// Writes `spooled` (SpooledEntry messages, oldest first) to the journal in the name of the run
/// that spooled them, as long as that run's epoch still rules. Those of an epoch before the last
/// record's are passed over: what came after contains them. `done` gets OK when they are written or
/// void (another epoch has begun, Redis was emptied, entries are missing), an error if Redis cannot
/// be asked; then it may be tried again. Requires: `spooled` stays as it is until `done`.
void RecoverSpool(redis::Connection& connection, const JournalStore::Options& store,
                  const std::vector<std::string>& spooled, std::function<void(absl::Status)> done);

}  // namespace hotline::router
