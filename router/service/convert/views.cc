#include "router/service/convert/views.h"

#include <algorithm>
#include <cmath>

#include "router/service/convert/calls.h"
#include "services/base/ids.h"

namespace hotline::router {

v1::Seat ToProto(const SeatView& seat) {
  v1::Seat out;
  out.set_seat_id(seat.profile.seat);
  // The proto's states are the core's in the same order, after "unspecified".
  out.set_state(static_cast<v1::Seat::State>(static_cast<int>(seat.state) + 1));
  out.set_reason(seat.reason);
  *out.mutable_state_time() = ToProto(seat.state_time);
  if (seat.call) out.set_call_id(FormatCallId(seat.call));
  out.set_agent(seat.profile.agent);
  out.set_extension(seat.profile.extension);
  for (const auto& queue : seat.profile.queues) out.add_queues(queue);
  for (const auto& s : seat.profile.skills) *out.add_skills() = ToProto(s);
  if (seat.wrap_up_end != absl::InfiniteFuture())
    *out.mutable_wrap_up_end_time() = ToProto(seat.wrap_up_end);
  out.set_answered(seat.answered);
  *out.mutable_talk() = ToProto(seat.talk);
  out.set_group(seat.profile.group);
  out.set_provider(seat.profile.provider);
  out.set_clearance(seat.profile.clearance);
  out.set_suspended(seat.profile.suspended);
  return out;
}

v1::Queue ToProto(const QueueView& queue) {
  v1::Queue out;
  out.set_queue_id(queue.id);
  out.set_waiting(queue.waiting);
  out.set_offered(queue.offered);
  out.set_connected(queue.connected);
  *out.mutable_longest_wait() = ToProto(queue.longest_wait);
  out.set_seats_signed_in(queue.seats_signed_in);
  out.set_seats_ready(queue.seats_ready);
  return out;
}

v1::Station ToProto(const StationView& station) {
  v1::Station out;
  out.set_station_id(station.id);
  out.set_level(station.level);
  out.set_extension(station.extension);
  out.set_open(station.open);
  out.set_capacity(station.capacity);
  out.set_busy(station.busy);
  return out;
}

v1::Call ToProto(const CallView& call, absl::Time now) {
  v1::Call out;
  *out.mutable_request() = ToProto(call.request);
  out.set_state(ToState(call.state));
  if (call.target) *out.mutable_target() = ToProto(*call.target);
  *out.mutable_state_time() = ToProto(call.state_time);
  *out.mutable_wait() = ToProto(call.answer_time.value_or(now) - call.request.request_time);
  out.set_offer_id(call.offer.value);
  *out.mutable_expected_wait() = ToProto(call.expected_wait);
  *out.mutable_expected_wait_80() = ToProto(call.expected_wait_80);
  return out;
}

v1::Callback ToProto(const CallbackView& callback) {
  v1::Callback out;
  out.set_callback_id(FormatCallId(callback.callback));
  out.set_origin_id(FormatCallId(callback.origin));
  out.set_queue(callback.queue);
  out.set_state(ToState(callback.state));
  *out.mutable_request_time() = ToProto(callback.request_time);
  out.set_due(callback.due);
  if (callback.next_time != absl::InfiniteFuture()) {
    *out.mutable_next_time() = ToProto(callback.next_time);
  }
  out.set_attempts(callback.attempts);
  *out.mutable_keep_until_time() = ToProto(callback.keep_until);
  return out;
}

v1::AreaStats ToProto(const AreaStats& s) {
  v1::AreaStats out;
  *out.mutable_start_time() = ToProto(s.start_time);
  out.set_offered(s.offered);
  out.set_answered(s.answered);
  out.set_escalated_answered(s.escalated_answered);
  out.set_abandoned(s.abandoned);
  out.set_failed(s.failed);
  out.set_open(s.open);
  out.set_not_requested(s.not_requested);
  const auto short_abandons = s.results[static_cast<int>(TelephonyResult::kT03) - 1];
  out.mutable_connect_rate_a()->set_numerator(s.connected());
  out.mutable_connect_rate_a()->set_denominator(s.requested());
  out.mutable_connect_rate_b()->set_numerator(s.connected());
  out.mutable_connect_rate_b()->set_denominator(s.requested() -
                                                std::min(short_abandons, s.requested()));
  out.mutable_answered_in_target()->set_numerator(s.answered_in_target);
  out.mutable_answered_in_target()->set_denominator(s.requested());
  for (const uint64_t count : s.results) out.add_results(count);
  if (s.connected() > 0)
    *out.mutable_mean_wait() = ToProto(s.total_wait / static_cast<int64_t>(s.connected()));
  *out.mutable_longest_wait() = ToProto(s.longest_wait);
  return out;
}

v1::Control ToProto(const ControlView& control) {
  v1::Control out;
  out.set_mode(static_cast<v1::ControlMode>(static_cast<int>(control.state.mode) + 1));
  out.set_open(control.open);
  out.set_calls_back(control.calls_back);
  out.set_reason(std::string(FormatControlReason(control.state.reason)));
  out.set_price(control.state.price);
  out.set_needed_rate(control.state.needed);
  out.set_lately_rate(control.lately);
  out.set_target_rate(control.target);
  if (control.waits.waits > 0) {
    const double waits = control.waits.waits;
    out.set_wait_bias_s(control.waits.error / waits);
    out.set_wait_rmse_s(std::sqrt(control.waits.squared_error / waits));
    out.set_wait_coverage(control.waits.covered / waits);
  }
  return out;
}

}  // namespace hotline::router
