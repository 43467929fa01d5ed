#include "router/core/rules/offers.h"

#include <algorithm>

#include "router/core/explain/explain.h"
#include "router/core/rules/call_back.h"
#include "router/core/rules/call_life.h"
#include "router/core/rules/lessons.h"
#include "router/core/rules/seat_life.h"
#include "services/base/check.h"

namespace hotline::router {
namespace {

/// Why `call` goes before the oldest one that waits in its queue.
Overtake OvertakeOf(const Call& call, const Seat* seat, const Station* station) {
  const auto& by_age = call.queue->by_age;
  if (by_age.empty()) return Overtake::kNone;
  const Call& oldest = *by_age.begin()->call;
  if (!(oldest.request.request_time < call.request.request_time ||
        (oldest.request.request_time == call.request.request_time &&
         oldest.request.call < call.request.call))) {
    return Overtake::kNone;
  }
  if (oldest.node == nullptr || !oldest.node->attached) return Overtake::kNode;
  const auto& skills = seat != nullptr ? seat->profile.skills : station->config->skills;
  const bool takes_all = station != nullptr && skills.empty();
  const bool barred = seat != nullptr ? IsBarred(seat->profile, *oldest.need)
                                      : IsBarred(*station->config, *oldest.need);
  if (barred) return Overtake::kBar;
  if (oldest.held_for != nullptr) return Overtake::kHold;
  if (!takes_all && !HasSkills(skills, oldest.need->needs)) return Overtake::kSkill;
  const bool by_gain = call.queue->config->escalate_by == EscalateBy::kGain;
  if (station != nullptr && by_gain) return Overtake::kGain;
  if (station != nullptr && !station->candidates.contains({oldest.rank, oldest.request.call})) {
    return Overtake::kStation;
  }
  if (seat != nullptr && RingOf(*call.queue->config, seat->profile.group) > oldest.ring) {
    return Overtake::kRing;
  }
  const std::string& preferred = call.request.preferred_agent;
  if (seat != nullptr && !preferred.empty() && seat->profile.agent == preferred) {
    return Overtake::kHold;
  }
  if (call.priority < oldest.priority && call.rank < oldest.rank) return Overtake::kPriority;
  if (call.queue->config->order.calls == CallOrder::kConnect) return Overtake::kIndex;
  return call.priority > oldest.priority ? Overtake::kTurn : Overtake::kNear;
}

bool IsPresentOffer(const Call& call, OfferId id) {
  return call.state == CallState::kOffered && call.offer == id;
}

void Withdraw(Area& area, const Call& call, OfferId id, OfferFailure why) {
  area.actions.push_back(WithdrawOffer{call.node->node, call.request.call, id, why});
}

/// The offer is over: the target goes its way, the call goes back to its place.
void OfferOver(Area& area, Call& call, OfferFailure why) {
  NoteOfferOver(area, call, why);
  if (call.station != nullptr && why != OfferFailure::kCancelled) {
    call.visited.push_back(call.station);
  }
  FreeTarget(area, call, why);
  BeginWaiting(area, call);
}

}  // namespace

void Offer(Area& area, Call& call, absl::Duration timeout, std::string extension,
           Overtake overtake) {
  call.state = CallState::kOffered;
  call.state_time = area.now;
  call.offer = OfferId{area.next_offer++};
  call.offer_expire = area.now + timeout;
  ++call.queue->offered;
  area.deadlines.Set(call.alarm, call.offer_expire);
  area.actions.push_back(MakeOffer{call.node->node, call.request.call, call.offer, *TargetOf(call),
                                   std::move(extension), call.offer_expire, overtake, call.away()});
  NoteOffered(area, call, overtake);
  TellCall(area, call);
}

void OfferToSeat(Area& area, Call& call, Seat& seat) {
  StopWaiting(area, call);
  const Overtake overtake = OvertakeOf(call, &seat, nullptr);
  call.seat = &seat;
  if (call.away() && !call.queue->config->callback.agent_first) {
    Dial(area, call);
  } else {
    Offer(area, call, call.queue->config->answer_timeout, seat.profile.extension, overtake);
  }
  seat.last_offer = call.offer;
  SeatOffered(area, seat, call);
}

void OfferToStation(Area& area, Call& call, Station& station) {
  StopWaiting(area, call);
  const Overtake overtake = OvertakeOf(call, nullptr, &station);
  call.station = &station;
  ++station.busy;
  Offer(area, call, station.config->ring_timeout, station.config->extension, overtake);
  TellStation(area, station);
}

void OfferWasAnswered(Area& area, Call& call, OfferId id, absl::Time when) {
  if (!IsPresentOffer(call, id)) {
    const bool repeated =
        call.offer == id && (call.state == CallState::kConnected || call.state == CallState::kHeld);
    if (!repeated) Withdraw(area, call, id, OfferFailure::kCancelled);
    return;
  }
  if (call.away()) return SeatAwaitsCaller(area, call);
  if (call.queue != nullptr) {
    --call.queue->offered;
    ++call.queue->connected;
  }
  call.state = CallState::kConnected;
  call.state_time = area.now;
  call.offer_expire = absl::InfiniteFuture();
  area.deadlines.Set(call.alarm, absl::InfiniteFuture());
  CountAnswer(area, call, when, TargetOf(call));
  TellCall(area, call);
  if (call.seat != nullptr) SeatConnected(area, *call.seat, call);
}

void OfferHasFailed(Area& area, Call& call, OfferId id, OfferFailure why) {
  if (IsPresentOffer(call, id)) OfferOver(area, call, why);
}

void OfferExpired(Area& area, Call& call) {
  Withdraw(area, call, call.offer, OfferFailure::kNoAnswer);
  OfferOver(area, call, call.node->attached ? OfferFailure::kNoAnswer : OfferFailure::kCancelled);
}

void WithdrawFromSeat(Area& area, Call& call, OfferFailure why) {
  Withdraw(area, call, call.offer, why);
  OfferOver(area, call, OfferFailure::kCancelled);
}

void ForgetOffer(Area& area, Call& call) {
  OfferOver(area, call, OfferFailure::kCancelled);
}

void FreeTarget(Area& area, Call& call, OfferFailure why) {
  const bool rings = call.state == CallState::kOffered;
  if (call.queue != nullptr && rings) --call.queue->offered;
  const bool talks = call.state == CallState::kConnected || call.state == CallState::kHeld;
  if (call.queue != nullptr && talks) --call.queue->connected;
  if (talks) LearnTalk(area, call);
  call.offer_expire = absl::InfiniteFuture();
  area.deadlines.Set(call.alarm, absl::InfiniteFuture());
  if (Seat* seat = std::exchange(call.seat, nullptr)) {
    if (rings || seat->state == SeatState::kOffered) {
      SeatOfferOver(area, *seat, why);
    } else if (!talks) {
      SeatCallOver(area, *seat, absl::ZeroDuration());  // nobody came: nothing to wrap up
    } else {
      SeatCallOver(area, *seat,
                   call.queue == nullptr ? absl::ZeroDuration() : call.queue->config->wrap_up);
    }
  }
  if (Station* station = std::exchange(call.station, nullptr)) {
    HOTLINE_CHECK(station->busy > 0, "a station is freed of a call it does not have");
    --station->busy;
    if (rings && why == OfferFailure::kUnreachable) Rest(area, *station);
    area.stations.Freed(*station);
    TellStation(area, *station);
  }
}

bool IsInTarget(const Area& area, absl::Time request_time, absl::Time answer_time) {
  return answer_time - request_time <= area.config.limits.answer_target;
}

void CountAnswer(Area& area, Call& call, absl::Time answer_time, std::optional<Target> by) {
  if (by) call.answered_by = std::move(by);
  if (call.answer_time)
    return;  // an answered call that came back to the queue is not a second call
  call.answer_time = answer_time;
  LearnAnswered(area, call, answer_time);
  if (!call.counted) return;
  const absl::Time asked = call.request.request_time;
  area.stats.Answered(
      call.request.arrive_time, call.answered_by ? call.answered_by->kind : TargetKind::kSeat,
      std::max(answer_time - asked, absl::ZeroDuration()), IsInTarget(area, asked, answer_time));
}

}  // namespace hotline::router
