// AreaService: what a supervisor sees and steers of an area.
#pragma once

#include <memory>

#include "absl/time/time.h"

namespace hotline {
class Gate;
class QueueService;
}

namespace hotline::router {

class Strand;

/// Messages a watcher has not taken; then it is cut off and watches again.
inline constexpr size_t kWatchBacklog = 256;
/// Watchers at once.
inline constexpr int kMaxWatchers = 200;
/// Ended calls on a page.
inline constexpr int kMaxPageSize = 1000;
inline constexpr int kDefaultPageSize = 100;
/// What ListIntervals counts by.
inline constexpr absl::Duration kInterval = absl::Minutes(30);
/// A page is also closed when its message is larger than this.
inline constexpr size_t kPageBytes = 128 << 10;

/// Requires: `strand` and `gate` outlive the service.
std::unique_ptr<QueueService> MakeAreaService(Strand& strand, const Gate& gate);

}  // namespace hotline::router
