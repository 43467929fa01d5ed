// Tells a newcomer what happens: one line per ended call or trouble, a summary now and then.
//
// Thread-safe; writes to stdout.
#pragma once

#include <mutex>
#include <string>

#include "absl/time/time.h"

#include "deploy/demo/area/area_watch.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::demo {

class Narrator {
 public:
  void Say(const std::string& line);
  /// Calls that ended and seats that missed one.
  void OnUpdate(const router::v1::WatchAreaResponse& update);
  /// `callers` are on the line, as the robots count them.
  void Summary(absl::Duration time_of_day, size_t callers, const AreaView& view);

 private:
  std::mutex mutex_;
};

}  // namespace hotline::demo
