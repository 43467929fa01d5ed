// Follows hotline-directory for a process that must go on without it: first what the local copy
// has, then what the directory says, as it changes.
//
//   DirectoryFollower follower({.directory = endpoint, .file = "var/console/directory.copy"},
//                              [&](const FollowedDirectory& now) { strand.Post(…); });
//
// A thread of its own; the callback comes on it, the first time from Start.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/directory/core/records.h"
#include "services/runtime/endpoint.h"
#include "services/runtime/metrics.h"

namespace hotline::directory {

struct FollowedDirectory {
  int64_t revision = 0;  ///< 0: never heard of the directory; `directory` is empty
  /// True: the directory itself said so since this process started; false: the copy.
  bool live = false;
  std::shared_ptr<const Directory> directory;
};

struct DirectoryFollowerOptions {
  Endpoint directory;
  std::string file;                 ///< the local copy
  std::vector<std::string> tables;  ///< empty: all
};

class DirectoryFollower {
 public:
  using OnChange = std::function<void(const FollowedDirectory&)>;

  /// Reads the copy and calls `on_change` with it, then begins to follow. A copy that cannot be
  /// read is told in the log and replaced. `metrics` must outlive it.
  DirectoryFollower(DirectoryFollowerOptions options, Metrics& metrics, OnChange on_change);
  /// No call of `on_change` is under way after it.
  ~DirectoryFollower();

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace hotline::directory
