// What a batch of events touched, as ids: the projection and those who watch look the rest up once,
// however often a thing changed in the batch.
#pragma once

#include <string>
#include <vector>

#include "absl/container/btree_set.h"

#include "router/core/router.h"

#include "hotline/router/v1/call.pb.h"

namespace hotline::router {

struct Changes {
  absl::btree_set<std::string> seats;
  absl::btree_set<std::string> queues;
  absl::btree_set<std::string> stations;
  absl::btree_set<CallId> calls;
  std::vector<v1::CallRecord> ended;  ///< in order of their ends

  bool empty() const {
    return seats.empty() && queues.empty() && stations.empty() && calls.empty() && ended.empty();
  }
};

/// Adds what `action`, which `core` has just decided, touches.
void AddChanges(const Router& core, const Action& action, Changes& changes);

/// Moves `from` into `to`.
void MergeChanges(Changes&& from, Changes& to);

}  // namespace hotline::router
