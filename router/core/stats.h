// Counts of an area's calls in quarter-hour buckets of arrival over the last 24 hours.
//
// A call belongs to the quarter in which it arrived. Pure; owned by Router.
// Invariant: offered = answered + escalated_answered + abandoned + failed + open.
#pragma once

#include <array>
#include <cstdint>

#include "absl/time/time.h"

#include "services/base/telephony_result.h"

namespace hotline::router {

/// What AreaStats in proto/hotline/router/v1/stats.proto says; same names, same meaning.
struct AreaStats {
  absl::Time start_time;
  uint64_t offered = 0;
  uint64_t answered = 0;
  uint64_t escalated_answered = 0;
  uint64_t abandoned = 0;
  uint64_t failed = 0;
  uint64_t open = 0;  ///< asked for a person and not yet answered or ended
  uint64_t not_requested = 0;
  std::array<uint64_t, kTelephonyResultCount> results{};  ///< of ended calls; [0] is T01
  uint64_t answered_in_target = 0;                        ///< counted when answered
  absl::Duration total_wait;                              ///< of the answered
  absl::Duration longest_wait;                            ///< of the answered

  /// Rate A's denominator: requests whose answer or failure is known (offered − open).
  uint64_t requested() const { return offered - open; }

  uint64_t connected() const { return answered + escalated_answered; }
};

}  // namespace hotline::router
