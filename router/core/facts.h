// Equality of a call's facts, which services/base leaves to those who need it.
#pragma once

#include "services/base/telephony_result.h"

namespace hotline::router {

inline bool SameFacts(const CallFacts& a, const CallFacts& b) {
  return a.request_time == b.request_time && a.answer_time == b.answer_time &&
         a.end_time == b.end_time && a.ringing == b.ringing && a.cause == b.cause;
}

}  // namespace hotline::router
