// Reading an area's journal: to catch up once, or to follow it as a stand-by does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "services/redis/connection.h"

namespace hotline::router {

/// One entry as it stands in the stream.
struct TailEntry {
  uint64_t epoch = 0;
  uint64_t seq = 0;
  std::string bytes;
};

/// At most so many entries come at once.
inline constexpr int kTailCount = 500;

/// Reads the entries of the stream `journal` after <epoch>-<seq>, oldest first. With a `block`,
/// waits so long for the first one: such a connection serves nothing else meanwhile. Zero does not
/// wait. Returns: no entries if there are none; INTERNAL if the stream holds what no router wrote.
void ReadJournal(redis::Connection& connection, const std::string& journal, uint64_t after_epoch,
                 uint64_t after_seq, absl::Duration block,
                 std::function<void(absl::StatusOr<std::vector<TailEntry>>)> done);

}  // namespace hotline::router
