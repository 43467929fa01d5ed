// Which of several waiting calls gets a freed seat.
//
// Calls of one class and priority wait in one line by age, so a decision compares only the heads of
// the lines that the seat serves, however many wait:
//
//   crisis ─► beyond the hard cap, oldest first ─► highest score ─► oldest ─► id
//
//   score = weight × urgency × √(waited + 20 s)             waited counts from the virtual start
//   urgency under fifo    = 1
//   urgency under connect = P(hangs up in the next 60 s | waited) ÷ (mean handle time)²
//                           ÷ √seats in reach, each in proportion to all calls together; more for
//                           a class below its floor
//
// So a seat's time goes where it saves most callers, the score of whoever waits grows, and none
// waits beyond the cap while younger ones are served.
// Source: Atar, Giat, Shimkin 2010 (index μ/θ in overload), Van Mieghem 1995 (ageing).
#pragma once

#include "absl/time/time.h"

#include "router/core/matching/orders.h"
#include "router/core/policy/learned.h"

namespace hotline::router {

/// The head of a line as a freed seat sees it.
struct HeadScore {
  bool capped = false;  ///< beyond the hard cap
  double factor = 1;    ///< weight × urgency
  double score = 0;
  CallPlace place;
};

/// Returns whether `a` goes before `b`.
bool GoesBefore(const HeadScore& a, const HeadScore& b);

/// What a score needs to know besides the call.
struct OrderContext {
  const Learned* learned = nullptr;
  size_t seats = 0;  ///< signed in, in the whole area
  absl::Time now;
};

/// Returns the score of `call`, the head of its line, at `context.now`.
HeadScore ScoreOf(const OrderContext& context, Call& call);

}  // namespace hotline::router
