// The JSON shapes of --json: field names in snake_case, counts as numbers, times in RFC 3339 UTC
// with milliseconds, spans as whole milliseconds (…_ms), null for what is not there. Pure.
//
// Scripts and tests depend on these shapes: fields may be added, not renamed.
#pragma once

#include "absl/time/time.h"
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "hotline/call/v1/call_service.pb.h"
#include "hotline/router/v1/area_service.pb.h"

namespace hotline::ctl {

boost::json::value TimeToJson(absl::Time time);
boost::json::value ToJson(const router::v1::Target& target);
boost::json::value ToJson(const router::v1::Seat& seat);
boost::json::value ToJson(const router::v1::Queue& queue);
boost::json::value ToJson(const router::v1::Station& station);
/// A live call.
boost::json::value ToJson(const router::v1::Call& call);
/// A call-back that is booked and not over.
boost::json::value ToJson(const router::v1::Callback& callback);
/// An ended call with its legs; the caller's own leg has the target {"kind": "caller", "id": null}.
boost::json::value ToJson(const router::v1::CallRecord& record);
/// Why a call is where it is; candidates are null where they were not looked at.
boost::json::value ToJson(const router::v1::ExplainCallResponse& why);
boost::json::value ToJson(const router::v1::AreaStats& stats);
boost::json::value ToJson(const router::v1::GetAreaResponse& area);
boost::json::value ToJson(const call::v1::GetStatusResponse& status);
/// A live call as the call service knows it.
boost::json::value ToJson(const router::v1::LiveCall& call);

/// An array of ToJson() of each element.
template <class Range>
boost::json::value ToJsonArray(const Range& range) {
  boost::json::array array;
  for (const auto& element : range) array.push_back(ToJson(element));
  return array;
}

}  // namespace hotline::ctl
