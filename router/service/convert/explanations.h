// Why a call is where it is, as messages. Pure functions.
#pragma once

#include "router/core/explain/decision.h"

#include "hotline/router/v1/area_service.pb.h"

namespace hotline::router {

v1::Decision ToProto(const Decision& decision);
v1::Candidates ToProto(const Candidates& candidates);
v1::ExplainCallResponse ToProto(const Explanation& explanation);

}  // namespace hotline::router
