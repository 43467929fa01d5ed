#include "router/core/policy/call_order.h"

#include <algorithm>
#include <cmath>

#include "router/core/matching/matcher.h"
#include "router/core/state/entities.h"

namespace hotline::router {
namespace {

constexpr double kHorizon = 60;    // seconds ahead in which a hang-up counts
constexpr double kHeadStart = 20;  // so that whoever has just come is not worth nothing
// A class a point of its connect rate below its floor counts so much more, up to a limit.
constexpr double kFloorGain = 0.5;
constexpr double kMostFloorBoost = 4;

double FloorBoost(const Learned& learned, const ClassRecord& record, double margin) {
  const double below = record.fair_rate - margin - learned.ConnectRate(record);
  return below <= 0 ? 1 : std::min(1 + kFloorGain * 100 * below, kMostFloorBoost);
}

double Urgency(const OrderContext& context, const Call& call, double waited) {
  const Learned& learned = *context.learned;
  const ClassRecord& record = *call.record;
  const ClassRecord& all = learned.all();
  const double hang_up = learned.HangUpProbability(record, waited, waited + kHorizon) /
                         learned.HangUpProbability(all, 0, kHorizon);
  const double handle = learned.HandleTime(record) / learned.HandleTime(all);
  const double seats = static_cast<double>(std::max<size_t>(context.seats, 1));
  const double reach = std::max<double>(call.need->reach, 1) / seats;
  return hang_up / (handle * handle * std::sqrt(reach)) *
         FloorBoost(learned, record, call.need->queue->order.floor_margin);
}

}  // namespace

bool GoesBefore(const HeadScore& a, const HeadScore& b) {
  const bool crisis_a = a.place.rank < 0, crisis_b = b.place.rank < 0;
  if (crisis_a != crisis_b) return crisis_a;
  if (a.capped != b.capped) return a.capped;
  if (crisis_a || a.capped || a.factor == b.factor || a.score == b.score) return a.place < b.place;
  return a.score > b.score;
}

HeadScore ScoreOf(const OrderContext& context, Call& call) {
  const OrderRules& rules = call.need->queue->order;
  HeadScore head{.factor = rules.weight, .place = call.place()};
  if (call.rank < 0) return head;  // crisis: by age alone
  const absl::Duration age = context.now - absl::FromUnixNanos(call.rank);
  head.capped = age > rules.hard_cap;
  if (rules.calls == CallOrder::kConnect) {
    const double waited = absl::ToDoubleSeconds(context.now - call.request.request_time);
    head.factor *= Urgency(context, call, std::max(waited, 0.0));
  }
  head.score = head.factor * std::sqrt(std::max(absl::ToDoubleSeconds(age), 0.0) + kHeadStart);
  return head;
}

}  // namespace hotline::router
