// Events between the journal and the core. Pure functions.
//
// Events are always made from their journal form, live and in a replay, so that both see the same.
#pragma once

#include "absl/status/statusor.h"

#include "router/core/event.h"

#include "hotline/router/v1/journal.pb.h"

namespace hotline::router {

/// Returns the event in its journal form, without its time.
v1::JournalEvent ToJournal(const Event& event);

/// Returns the core's event.
/// Returns: INVALID_ARGUMENT if an id, queue or target in it cannot be read.
absl::StatusOr<Event> FromJournal(const v1::JournalEvent& event);

}  // namespace hotline::router
