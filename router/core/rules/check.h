// Whether an event may be applied, and if not, why, in a sentence for a person.
#pragma once

#include "absl/status/status.h"

#include "router/core/state/area.h"

namespace hotline::router {

/// One extension of a wrap-up is at most so long.
inline constexpr absl::Duration kMaxWrapUpExtension = absl::Minutes(10);
/// Letters in a not-ready reason: [a-z0-9_].
inline constexpr size_t kMaxReasonLength = 32;

/// See Router::Check.
absl::Status CheckEvent(const Area& area, const Event& event);

}  // namespace hotline::router
