// The window in Redis: what is written there of seats, queues, stations, calls and figures. Pure.
#pragma once

#include "absl/time/time.h"

#include "router/core/router.h"
#include "router/redis/journal_store.h"
#include "router/service/changes.h"

namespace hotline::router {

/// Returns the part of the window that `changes` touched.
Projection ProjectChanges(const Router& core, const Keys& keys, const Changes& changes,
                          absl::Time now);

/// Returns the whole window, without the ended calls.
Projection ProjectEverything(const Router& core, const Keys& keys, absl::Time now);

}  // namespace hotline::router
