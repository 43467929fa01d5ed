// How times, spans, rates and enum values look in tables. Pure.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"

#include "hotline/router/v1/call.pb.h"
#include "hotline/router/v1/stats.pb.h"

namespace hotline::ctl {

/// "3.2s" below ten seconds, then "45s", "12m05s", "3h07m", "2d03h"; never negative.
std::string FormatSpan(absl::Duration d);
/// "15:04:05" in `zone`.
std::string FormatClock(absl::Time t, absl::TimeZone zone);
/// "2026-01-02 15:04:05" in `zone`.
std::string FormatDate(absl::Time t, absl::TimeZone zone);
/// "9/10 90.0 %"; "0/0" where there is no rate.
std::string FormatRatio(const router::v1::Ratio& ratio);

/// The words of a proto enum value: ("STATE_", "STATE_ON_CALL") → "on_call"; "" for …UNSPECIFIED.
std::string EnumWord(std::string_view prefix, std::string_view name);
std::string Word(router::v1::TargetKind kind);  ///< "seat", "station"
std::string Word(router::v1::EndCause cause);   ///< "caller_hung_up" …
std::string Word(router::v1::LegEnd end);       ///< "no_answer" …
std::string Word(router::v1::Call::State state);
std::string Code(router::v1::TelephonyResult result);  ///< "T01"; "" while the call lives

}  // namespace hotline::ctl
