#include "services/call/core/calls.h"

#include <memory>
#include <type_traits>
#include <utility>

namespace hotline::call {
namespace {

/// The call an event is about.
template <class E>
CallId CallOf(const E& event) {
  if constexpr (requires { event.leg; })
    return event.leg.call;
  else
    return event.call;
}

void Reject(CallId call, int status, const Call::Context& context) {
  context.Emit(SipAction(RejectInvite{call, status}));
}

}  // namespace

Calls::Calls(CallConfig config) : config_(std::move(config)) {}

std::vector<Action> Calls::Step(absl::Time now, const Event& event) {
  std::vector<Action> actions;
  std::visit(
      [&]<class E>(const E& e) {
        // A node that comes back hears of the plan once, from the replay.
        if constexpr (std::is_same_v<E, MediaUp>) media_up_ = true;
        if constexpr (std::is_same_v<E, MediaDown>) media_up_ = false;
        const Call::Context context{now, {.up = media_up_, .actions = &actions}};
        if constexpr (std::is_same_v<E, Invited>) {
          Start(e, context);
        } else if constexpr (std::is_same_v<E, MediaUp> || std::is_same_v<E, MediaDown> ||
                             std::is_same_v<E, Stopping>) {
          ToAll(e, context);
        } else if constexpr (std::is_same_v<E, call::Tick>) {
          Tick(context);
        } else if constexpr (!std::is_same_v<E, DigitPressed>) {
          ToCall(CallOf(e), e, context);
        }
      },
      event);
  return actions;
}

void Calls::Start(const Invited& event, const Call::Context& context) {
  if (calls_.contains(event.call)) return;
  const NumberRule* rule = FindPlace(config_.numbers, event.dialled, event.headers);
  if (!rule) return Reject(event.call, 404, context);
  Sdp offer;
  if (!event.sdp.empty()) {
    absl::StatusOr<Sdp> sdp = ParseSdp(event.sdp);
    if (!sdp.ok()) return Reject(event.call, 400, context);
    if (!sdp->usable) return Reject(event.call, 488, context);
    offer = *std::move(sdp);
  }
  CallRequest request{.call = event.call,
                      .queue = rule->queue,
                      .priority = rule->priority,
                      .arrive_time = context.now,
                      .entry = rule->entry,
                      .barred = rule->barred,
                      .clearance = rule->clearance};
  const auto [it, inserted] = calls_.emplace(
      event.call,
      std::make_unique<Entry>(Entry{Call(config_, std::move(request), std::move(offer), context),
                                    absl::InfiniteFuture()}));
  ++live_count_;
  Tidy(it);
}

template <class E>
void Calls::ToCall(CallId id, const E& event, const Call::Context& context) {
  const auto it = calls_.find(id);
  if (it != calls_.end()) {
    it->second->call.On(event, context);
    Tidy(it);
  } else if constexpr (std::is_same_v<E, Offered>) {
    context.Emit(Report(ReportOfferFailed{id, event.offer, LegEnd::kFailed}));
  }
}

template <class E>
void Calls::ToAll(const E& event, const Call::Context& context) {
  for (auto it = calls_.begin(); it != calls_.end();) {
    if constexpr (std::is_same_v<E, MediaUp>) {
      it->second->call.OnMediaUp(event.alive, context);
    } else if constexpr (std::is_same_v<E, Stopping>) {
      it->second->call.OnStopping(context);
    } else {
      it->second->call.OnMediaDown(context);
    }
    it = Tidy(it);
  }
  if constexpr (std::is_same_v<E, MediaUp>) RemoveStrangers(event.alive, context);
}

void Calls::RemoveStrangers(const std::vector<LegId>& alive, const Call::Context& context) const {
  for (const LegId& leg : alive) {
    const auto it = calls_.find(leg.call);
    if (it == calls_.end() || !it->second->call.uses_media(leg.index)) {
      context.Emit(MediaAction(RemoveMediaLeg{leg}));
    }
  }
}

void Calls::Tick(const Call::Context& context) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= context.now) {
    const auto it = calls_.find(deadlines_.begin()->second);
    it->second->call.OnDeadline(context);
    Tidy(it);
  }
}

Calls::Table::iterator Calls::Tidy(Table::iterator it) {
  Entry& entry = *it->second;
  if (entry.call.ended() && !entry.ended) {
    entry.ended = true;
    --live_count_;
  }
  const absl::Time deadline =
      entry.call.finished() ? absl::InfiniteFuture() : entry.call.deadline();
  if (deadline != entry.deadline) {
    if (entry.deadline != absl::InfiniteFuture()) deadlines_.erase({entry.deadline, it->first});
    if (deadline != absl::InfiniteFuture()) deadlines_.emplace(deadline, it->first);
    entry.deadline = deadline;
  }
  return entry.call.finished() ? calls_.erase(it) : ++it;
}

absl::Time Calls::next_deadline() const {
  return deadlines_.empty() ? absl::InfiniteFuture() : deadlines_.begin()->first;
}

std::vector<LiveCall> Calls::live() const {
  std::vector<LiveCall> list;
  for (const auto& [id, entry] : calls_) {
    if (auto live = entry->call.live()) list.push_back(*std::move(live));
  }
  return list;
}

std::optional<CallRecord> Calls::RecordIfLost(CallId call, absl::Time now) const {
  const auto it = calls_.find(call);
  if (it == calls_.end() || it->second->call.ended()) return std::nullopt;
  return it->second->call.RecordAt(now, EndCause::kSystemFailure);
}

}  // namespace hotline::call
