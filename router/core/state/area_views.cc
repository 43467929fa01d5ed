#include "router/core/state/area_views.h"

#include <algorithm>

#include "router/core/state/area.h"

namespace hotline::router {

SeatView ViewOf(const Seat& seat) {
  return {.profile = seat.profile,
          .state = seat.state,
          .reason = seat.reason,
          .state_time = seat.state_time,
          .call = seat.call == nullptr ? CallId{} : seat.call->request.call,
          .wrap_up_end = seat.wrap_up_alarm.at(),
          .answered = seat.answered,
          .talk = seat.talk};
}

CallView ViewOf(const Call& call, absl::Time now) {
  const auto left = [&](double expected) {
    const absl::Duration rest = call.request.request_time + absl::Seconds(expected) - now;
    return call.state == CallState::kQueued ? std::max(rest, absl::ZeroDuration())
                                            : absl::ZeroDuration();
  };
  return {.request = call.request,
          .state = call.state,
          .target = TargetOf(call),
          .offer = call.state == CallState::kQueued ? OfferId{} : call.offer,
          .state_time = call.state_time,
          .answer_time = call.answer_time,
          .node = call.node == nullptr ? Node{} : call.node->node,
          .ring = call.ring,
          .held = call.held_for != nullptr,
          .callback = call.callback.has_value(),
          .expected_wait = left(call.expected_mean),
          .expected_wait_80 = left(call.expected_quantile)};
}

CallbackView CallbackViewOf(const Call& call) {
  return {.callback = call.request.call,
          .origin = call.callback->asked.origin,
          .queue = call.request.queue,
          .state = call.state,
          .request_time = call.request.request_time,
          .due = call.matching,
          .next_time = call.alarm.at(),
          .attempts = call.callback->attempts,
          .keep_until = call.callback->keep_until};
}

QueueView ViewOf(const Queue& queue, absl::Time now) {
  absl::Duration longest;
  if (!queue.by_age.empty()) longest = now - queue.by_age.begin()->request_time;
  return {.id = queue.config->id,
          .waiting = static_cast<uint32_t>(queue.by_age.size()),
          .offered = queue.offered,
          .connected = queue.connected,
          .callbacks = queue.callbacks,
          .longest_wait = std::max(longest, absl::ZeroDuration()),
          .seats_signed_in = queue.seats_signed_in,
          .seats_ready = queue.seats_ready};
}

StationView ViewOf(const Station& station, absl::Time now) {
  return {.id = station.config->id,
          .level = station.config->level,
          .extension = station.config->extension,
          .open = station.config->hours.IsOpen(now),
          .capacity = station.config->capacity,
          .busy = station.busy};
}

}  // namespace hotline::router
