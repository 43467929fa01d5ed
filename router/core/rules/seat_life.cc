#include "router/core/rules/seat_life.h"

#include <algorithm>
#include <utility>

#include "router/core/rules/call_life.h"
#include "router/core/rules/lessons.h"
#include "router/core/rules/offers.h"
#include "services/base/check.h"

namespace hotline::router {
namespace {

constexpr std::string_view kSignedInReason = "signed_in";

bool IsPresent(const Seat& seat) {
  return seat.enrolled;
}

/// Will the seat, now or after what it does, take calls again without somebody's coming back?
bool IsInReach(const Seat& seat) {
  return IsPresent(seat) && !seat.silent && seat.state != SeatState::kUnknown &&
         seat.next != Next::kSignedOut;
}

void CountInQueues(Area& area, const Seat& seat, int signed_in, int ready) {
  for (const std::string& id : seat.profile.queues) {
    Queue* queue = area.FindQueue(id);
    if (queue == nullptr) continue;  // configured no more
    queue->seats_signed_in += signed_in;
    queue->seats_ready += ready;
  }
}

/// Who is held for this agent is anybody's.
void EndHolds(Area& area, Seat& seat) {
  while (!seat.wanted_by.empty()) EndHold(area, *seat.wanted_by.begin()->call);
}

/// After any change of state or plan: says whether the seat counts, and holds no calls for an agent
/// who will not be ready.
void CountReach(Area& area, Seat& seat) {
  const bool in_reach = IsInReach(seat);
  area.matcher.SetInReach(seat, in_reach);
  const bool pauses = seat.state == SeatState::kNotReady || seat.next != Next::kReady;
  if (!in_reach || pauses) EndHolds(area, seat);
}

/// The one place where a seat's state changes.
void Become(Area& area, Seat& seat, SeatState state, std::string reason = {}) {
  const bool was_ready = seat.state == SeatState::kReady;
  const bool is_ready = state == SeatState::kReady;
  if (was_ready && !is_ready) area.matcher.RemoveReady(seat);
  if (was_ready != is_ready) CountInQueues(area, seat, 0, is_ready ? 1 : -1);
  const bool goes_on = is_ready || state == SeatState::kNotReady;
  if (seat.state == SeatState::kWrapUp && goes_on) LearnWrapUp(area, seat);
  if (state != SeatState::kWrapUp) area.deadlines.Set(seat.wrap_up_alarm, absl::InfiniteFuture());
  seat.state = state;
  seat.reason = std::move(reason);
  seat.state_time = area.now;
  CountReach(area, seat);
  if (is_ready) area.matcher.AddReady(seat);
  area.actions.push_back(SeatChanged{seat.profile.seat, seat.state, seat.reason,
                                     seat.call == nullptr ? CallId{} : seat.call->request.call});
}

void BecomeReady(Area& area, Seat& seat) {
  area.matcher.RemoveReady(seat);  // before its place in the order changes
  seat.ready_since = area.now;
  Become(area, seat, SeatState::kReady);
}

void Plan(Area& area, Seat& seat, Next next, std::string reason = {}) {
  seat.next = next;
  seat.next_reason = std::move(reason);
  CountReach(area, seat);
}

/// Nobody sits there any more.
void Leave(Area& area, Seat& seat) {
  HOTLINE_CHECK(seat.call == nullptr, "a seat with a call signs out");
  const bool was_present = IsPresent(seat);
  seat.next = Next::kSignedOut;
  Become(area, seat, SeatState::kSignedOut);
  if (was_present) CountInQueues(area, seat, -1, 0);
  area.matcher.Dismiss(seat);
  area.deadlines.Set(seat.heartbeat_alarm, absl::InfiniteFuture());
  seat.next = Next::kReady;
  seat.next_reason.clear();
  seat.silent = false;
}

/// Does what was planned for after the call, the wrap-up or UNKNOWN.
void Proceed(Area& area, Seat& seat) {
  const Next next = std::exchange(seat.next, Next::kReady);
  std::string reason = std::exchange(seat.next_reason, {});
  if (next == Next::kSignedOut) return Leave(area, seat);
  if (next == Next::kReady) return BecomeReady(area, seat);
  Become(area, seat, SeatState::kNotReady, std::move(reason));
}

/// Without proof of life: remembers what to return to.
void BecomeUnknown(Area& area, Seat& seat, Next next, std::string reason) {
  seat.silent = false;
  seat.next = next;
  seat.next_reason = std::move(reason);
  Become(area, seat, SeatState::kUnknown);
}

SeatProfile Sorted(SeatProfile profile) {
  std::sort(profile.queues.begin(), profile.queues.end());
  profile.queues.erase(std::unique(profile.queues.begin(), profile.queues.end()),
                       profile.queues.end());
  profile.skills = MergeSkills(std::move(profile.skills), {});
  return profile;
}

/// Puts a new profile in force; the state stays.
void Enrol(Area& area, Seat& seat, SeatProfile profile) {
  const bool ready = seat.state == SeatState::kReady;
  if (IsPresent(seat)) {
    CountInQueues(area, seat, -1, ready ? -1 : 0);
    EndHolds(area, seat);
    area.matcher.Dismiss(seat);
  }
  seat.profile = std::move(profile);
  area.matcher.Enrol(seat);
  CountInQueues(area, seat, 1, ready ? 1 : 0);
  area.matcher.SetInReach(seat, IsInReach(seat));
  if (ready) area.matcher.AddReady(seat);
}

bool HasCall(const Seat& seat) {
  return seat.state == SeatState::kOffered || seat.state == SeatState::kOnCall;
}

/// The first sign-in, or another person's: nothing of the old one remains, except a live call.
void SignInAnew(Area& area, Seat& seat, bool ready) {
  seat.answered = 0;
  seat.talk = absl::ZeroDuration();
  Plan(area, seat, ready ? Next::kReady : Next::kNotReady,
       ready ? "" : std::string(kSignedInReason));
  if (!HasCall(seat)) Proceed(area, seat);
}

}  // namespace

void SignIn(Area& area, const SeatSignedIn& event) {
  auto& slot = area.seats[event.profile.seat];
  if (slot == nullptr) slot = std::make_unique<Seat>(event.profile.seat);
  Seat& seat = *slot;
  const bool anew = !IsPresent(seat) || seat.profile.agent != event.profile.agent ||
                    seat.next == Next::kSignedOut;
  Enrol(area, seat, Sorted(event.profile));
  seat.heartbeat_timeout = event.heartbeat_timeout;
  if (anew) {
    SignInAnew(area, seat, event.ready);
  } else if (event.ready) {
    SetReady(area, seat);
  }
  Heard(area, seat);
}

void SignOut(Area& area, Seat& seat) {
  if (seat.state == SeatState::kOnCall) return Plan(area, seat, Next::kSignedOut);
  if (seat.state == SeatState::kOffered) {
    Plan(area, seat, Next::kSignedOut);
    return WithdrawFromSeat(area, *seat.call, OfferFailure::kCancelled);
  }
  Leave(area, seat);
}

void SetReady(Area& area, Seat& seat) {
  seat.silent = false;
  switch (seat.state) {
    case SeatState::kOnCall:
    case SeatState::kOffered:
      Plan(area, seat, Next::kReady);
      break;
    case SeatState::kNotReady:
    case SeatState::kWrapUp:
    case SeatState::kUnknown:
      Plan(area, seat, Next::kReady);
      BecomeReady(area, seat);
      break;
    case SeatState::kReady:
    case SeatState::kSignedOut:
      break;
  }
  Heard(area, seat);
}

void SetNotReady(Area& area, Seat& seat, const std::string& reason) {
  if (seat.state == SeatState::kOnCall) {
    Plan(area, seat, Next::kNotReady, reason);
  } else if (seat.state == SeatState::kOffered) {
    Plan(area, seat, Next::kNotReady, reason);
    WithdrawFromSeat(area, *seat.call, OfferFailure::kCancelled);
  } else {
    Plan(area, seat, Next::kReady);
    Become(area, seat, SeatState::kNotReady, reason);
  }
  Heard(area, seat);
}

void ExtendWrapUp(Area& area, Seat& seat, absl::Duration extension) {
  area.deadlines.Set(seat.wrap_up_alarm, seat.wrap_up_alarm.at() + extension);
  Heard(area, seat);
}

void Heard(Area& area, Seat& seat) {
  if (!IsPresent(seat)) return;
  const bool expected = seat.heartbeat_timeout > absl::ZeroDuration();
  area.deadlines.Set(seat.heartbeat_alarm,
                     expected ? area.now + seat.heartbeat_timeout : absl::InfiniteFuture());
  if (seat.silent) {
    seat.silent = false;
    CountReach(area, seat);
  }
  if (seat.state == SeatState::kUnknown) Proceed(area, seat);
}

void HeartbeatLapsed(Area& area, Seat& seat) {
  area.deadlines.Set(seat.heartbeat_alarm, absl::InfiniteFuture());
  switch (seat.state) {
    case SeatState::kOffered:
    case SeatState::kOnCall:
      seat.silent = true;  // the dialog is proof enough until it ends
      CountReach(area, seat);
      break;
    case SeatState::kReady:
      BecomeUnknown(area, seat, Next::kReady, {});
      break;
    case SeatState::kNotReady:
      BecomeUnknown(area, seat, Next::kNotReady, seat.reason);
      break;
    case SeatState::kWrapUp:
      BecomeUnknown(area, seat, seat.next, seat.next_reason);
      break;
    case SeatState::kUnknown:
    case SeatState::kSignedOut:
      break;
  }
}

void WrapUpOver(Area& area, Seat& seat) {
  area.deadlines.Set(seat.wrap_up_alarm, absl::InfiniteFuture());
  if (seat.state == SeatState::kWrapUp) Proceed(area, seat);
}

void RestartHeartbeats(Area& area) {
  for (auto& [id, seat] : area.seats) {
    if (seat->heartbeat_alarm.at() == absl::InfiniteFuture()) continue;
    area.deadlines.Set(seat->heartbeat_alarm, area.now + seat->heartbeat_timeout);
  }
}

void SeatOffered(Area& area, Seat& seat, Call& call) {
  HOTLINE_CHECK(seat.call == nullptr && seat.state == SeatState::kReady,
                "an offer to a seat not ready");
  seat.call = &call;
  Become(area, seat, SeatState::kOffered);
}

void SeatConnected(Area& area, Seat& seat, Call& call) {
  HOTLINE_CHECK(seat.call == nullptr || seat.call == &call, "a seat gets a second call");
  switch (seat.state) {
    case SeatState::kOffered:
      break;
    case SeatState::kNotReady:
      Plan(area, seat, Next::kNotReady, seat.reason);
      break;
    case SeatState::kSignedOut:
      Plan(area, seat, Next::kSignedOut);
      break;
    case SeatState::kUnknown:  // not heard of yet, but not to be lost in reach either
      seat.silent = seat.heartbeat_timeout > absl::ZeroDuration();
      break;
    default:
      break;  // ready; wrap-up goes on to what it had planned
  }
  seat.call = &call;
  ++seat.answered;
  Become(area, seat, SeatState::kOnCall);
}

void SeatOfferOver(Area& area, Seat& seat, OfferFailure why) {
  seat.call = nullptr;
  const bool blamed = why != OfferFailure::kCancelled;
  if (blamed && seat.next == Next::kReady) {
    seat.next = Next::kNotReady;
    seat.next_reason = FormatOfferFailure(why);
  }
  if (seat.silent && seat.next != Next::kSignedOut) {
    return BecomeUnknown(area, seat, seat.next, seat.next_reason);
  }
  if (seat.next == Next::kReady) return Become(area, seat, SeatState::kReady);
  Proceed(area, seat);
}

void SeatCallOver(Area& area, Seat& seat, absl::Duration wrap_up) {
  seat.call = nullptr;
  seat.talk += area.now - seat.state_time;
  if (seat.next == Next::kSignedOut) return Leave(area, seat);
  if (seat.silent) return BecomeUnknown(area, seat, seat.next, seat.next_reason);
  if (wrap_up <= absl::ZeroDuration()) return Proceed(area, seat);
  Become(area, seat, SeatState::kWrapUp);
  area.deadlines.Set(seat.wrap_up_alarm, area.now + wrap_up);
}

void EnrolRestored(Area& area, Seat& seat) {
  const bool ready = seat.state == SeatState::kReady;
  area.matcher.Enrol(seat);
  CountInQueues(area, seat, 1, ready ? 1 : 0);
  area.matcher.SetInReach(seat, IsInReach(seat));
  if (ready) area.matcher.AddReady(seat);
}

}  // namespace hotline::router
