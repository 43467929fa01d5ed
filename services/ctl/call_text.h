// How calls look in text. Pure.
#pragma once

#include <string>

#include "absl/time/time.h"

#include "services/ctl/table.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::ctl {

/// "seat s8001", "station town-a", or "".
std::string DescribeTarget(const router::v1::Target& target);

/// The table of live calls, without rows.
Table LiveCallTable();
/// Adds a row to it; the wait of a call that waits grows until `now`.
void AddLiveCall(const router::v1::Call& call, absl::Time now, Table& table);

/// The table of ended calls, without rows.
Table EndedCallTable();
void AddEndedCall(const router::v1::CallRecord& record, absl::TimeZone zone, Table& table);

/// The decisions about a call, a line each, and under them who could take it and who could not.
std::string ExplanationText(const router::v1::ExplainCallResponse& why, absl::TimeZone zone);

}  // namespace hotline::ctl
