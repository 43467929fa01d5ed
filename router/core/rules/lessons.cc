#include "router/core/rules/lessons.h"

#include <algorithm>
#include <limits>

namespace hotline::router {
namespace {

/// A recorded span longer than this is a mistake (a handset off the hook): it is cut.
constexpr double kLongestTalk = 2 * 3600;

void Learn(Area& area, const Call& call, absl::Time when, WaitEnd end) {
  if (!call.counted || call.need == nullptr) return;
  const double wait = absl::ToDoubleSeconds(when - call.request.request_time);
  // Who is called back has the call-back's end for the control's count.
  const bool booked =
      call.state == CallState::kEnded && call.release_cause == EndCause::kCallbackBooked;
  if (!booked) area.control.Finished(end == WaitEnd::kAnswered);
  area.learned.LearnWait(*call.record, std::max(wait, 0.0), end);
}

/// The seats that serve such calls, less those kept for calls more urgent than `call`.
double SeatsFor(const Call& call) {
  const OrderRules& rules = call.queue->config->order;
  const double kept = call.priority > rules.reserved_for ? rules.reserved_seats : 0;
  return std::max(static_cast<double>(call.need->reach) - kept, 1.0);
}

}  // namespace

double WaitInRing(const Area& area, const Call& call) {
  const Requirement& need = *call.need;
  if (need.reach == 0) return std::numeric_limits<double>::infinity();
  const double ahead = static_cast<double>(need.waiting());
  return QueueTime(ahead, SeatsFor(call), area.learned.HandleTime(*call.record),
                   area.learned.HangUpRate());
}

void EstimateWait(Area& area, Call& call) {
  const Requirement& need = *call.need;
  const Learned& learned = area.learned;
  const double ahead = static_cast<double>(need.waiting());
  double oldest = 0;
  for (const Line& line : need.lines) {
    if (line.waiting.empty() || line.waiting.begin()->call->away()) continue;
    const absl::Time asked = line.waiting.begin()->call->request.request_time;
    oldest = std::max(oldest, absl::ToDoubleSeconds(area.now - asked));
  }
  const double rate = learned.HangUpRate();
  const double seats = SeatsFor(call);
  const double all_seats = std::max<double>(static_cast<double>(area.matcher.enrolled()), 1);
  call.features = WaitFeatures{
      1,
      QueueTime(ahead, seats, learned.HandleTime(*call.record), rate),
      QueueTime(static_cast<double>(area.matcher.waiting()), all_seats,
                learned.HandleTime(learned.all()), rate),
      call.record->last_wait,
      oldest,
  };
  const WaitEstimate estimate = area.waits.Estimate(*call.features);
  call.expected_mean = estimate.mean;
  call.expected_quantile = estimate.quantile;
}

void LearnAnswered(Area& area, const Call& call, absl::Time when) {
  const double wait = absl::ToDoubleSeconds(when - call.request.request_time);
  if (call.features && call.counted && wait > 0) area.waits.Learn(*call.features, wait);
  Learn(area, call, when, WaitEnd::kAnswered);
}

void LearnLost(Area& area, const Call& call, absl::Time when, bool hung_up) {
  Learn(area, call, when, hung_up ? WaitEnd::kHungUp : WaitEnd::kOther);
}

void LearnTalk(Area& area, const Call& call) {
  if (call.need == nullptr || !call.answer_time) return;
  const double talk = absl::ToDoubleSeconds(area.now - *call.answer_time);
  area.learned.LearnTalk(*call.record, std::min(talk, kLongestTalk));
}

void LearnWrapUp(Area& area, const Seat& seat) {
  area.learned.LearnWrapUp(absl::ToDoubleSeconds(area.now - seat.state_time));
}

}  // namespace hotline::router
