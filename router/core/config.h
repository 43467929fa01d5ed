// What an area's routing is configured with. Read from the area file by router/service.
//
// Values only; Router's constructor requires that Validate() found nothing.
#pragma once

#include <string>
#include <vector>

#include "router/core/types.h"
#include "services/base/weekly_hours.h"

namespace hotline::router {

/// A line of waiting calls and its rules.
struct QueueConfig {
  std::string id;
  std::vector<SkillLevel> skills;  ///< what every call of this queue needs
  Priority priority = Priority::kP3;
  absl::Duration answer_timeout = absl::Seconds(15);  ///< an offer to a seat expires
  absl::Duration wrap_up = absl::Seconds(30);         ///< after a call, unless ended earlier
  absl::Duration escalate_after = absl::Seconds(60);  ///< wait before stations may take it
  absl::Duration max_wait = absl::Minutes(10);        ///< then the call is released (T06)
  absl::Duration no_seat_wait = absl::Seconds(20);    ///< with no seat and no station (T08)
  uint32_t max_waiting = 200;                         ///< more are released at once (T07)
  std::vector<std::string> stations;                  ///< the pool to escalate to, nearest first
};

/// A physical service centre.
struct StationConfig {
  std::string id;
  std::string level;      ///< city, county, township, village
  std::string extension;  ///< the SIP user of its phone
  WeeklyHours hours;
  uint32_t capacity = 1;  ///< calls at once
  absl::Duration ring_timeout = absl::Seconds(20);
  std::vector<SkillLevel> skills;  ///< empty: takes any call
};

/// Numbers that hold for the whole area.
struct AreaConfig {
  std::string id;
  absl::Duration utc_offset = absl::Hours(8);
  ResultLimits limits;
  absl::Duration priority_step = absl::Seconds(60);  ///< waiting so long equals one priority step
  absl::Duration node_grace =
      absl::Seconds(30);  ///< a call service may be away before its calls are lost
  absl::Duration unreachable_pause = absl::Seconds(30);  ///< a station that failed rests so long
  uint32_t max_calls = 100'000;                          ///< live calls; more are released (T07)
  std::vector<QueueConfig> queues;
  std::vector<StationConfig> stations;
};

/// Returns every problem, one sentence each, with the key it is about; empty if the config is
/// sound.
std::vector<std::string> Validate(const AreaConfig& config);

}  // namespace hotline::router
