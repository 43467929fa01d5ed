// What answers a browser: the web app's files, signing in, calls to the services behind, and the
// stream of each tab. Every call passes the same checks, in this order: is it for us (Host), from
// our page (Origin, Sec-Fetch-Site), a method we know, by somebody signed in, with the session's
// CSRF token, not too often, allowed by the method's rule.
//
// Lives on the loop, from Start() to Stop().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

#include "agent_console/gateway/http/message.h"
#include "agent_console/gateway/http/static_files.h"
#include "agent_console/gateway/people/door.h"
#include "agent_console/gateway/people/page_guard.h"
#include "agent_console/gateway/watch/watch_hub.h"
#include "services/runtime/access_key.h"
#include "services/runtime/metrics.h"

namespace hotline::console {

class Loop;
class Upstreams;

struct GatewayOptions {
  AccessKey key;
  std::vector<std::string> origins;
  DoorOptions door;
  absl::Duration seat_interval = WatchHub::kSeatInterval;
};

class Gateway : public HttpHandler {
 public:
  /// A call's time if the page gives none, and the most it can give.
  static constexpr absl::Duration kDefaultTimeout = absl::Seconds(10);
  static constexpr absl::Duration kMaxTimeout = absl::Seconds(60);

  /// Reads accounts and sessions. `loop`, `upstreams` and `metrics` must outlive it.
  /// Returns: what Accounts::Load and Sessions::Open say.
  static absl::StatusOr<std::unique_ptr<Gateway>> Make(GatewayOptions options, StaticFiles files,
                                                       Loop& loop, Upstreams& upstreams,
                                                       Metrics& metrics);

  /// Begins to watch the area. Not from the loop.
  virtual void Start() = 0;
  /// What the directory says of people. Thread-safe; holds from the loop's next task on.
  virtual void SetStaff(StaffBook staff) = 0;
  /// Ends all pages' streams. Not from the loop.
  virtual void Stop() = 0;
};

}  // namespace hotline::console
