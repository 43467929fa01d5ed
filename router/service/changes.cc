#include "router/service/changes.h"

#include <iterator>
#include <utility>
#include <variant>

#include "router/service/convert/calls.h"

namespace hotline::router {
namespace {

struct Adder {
  const Router& core;
  Changes& changes;

  void operator()(const SeatChanged& a) const {
    changes.seats.insert(a.seat);
    // A queue shows how many of its seats are ready.
    if (const auto seat = core.FindSeat(a.seat)) {
      changes.queues.insert(seat->profile.queues.begin(), seat->profile.queues.end());
    }
  }

  void operator()(const CallChanged& a) const {
    changes.calls.insert(a.call);
    if (const auto call = core.FindCall(a.call)) changes.queues.insert(call->request.queue);
  }

  void operator()(const StationChanged& a) const { changes.stations.insert(a.station); }

  void operator()(const ControlChanged&) const {}  // who wants to know asks GetControl

  void operator()(const CallOutcome& a) const {
    changes.calls.insert(a.request.call);
    if (!a.request.queue.empty()) changes.queues.insert(a.request.queue);
    changes.ended.push_back(ToRecord(a));
  }

  void operator()(const MakeOffer&) const {}

  void operator()(const WithdrawOffer&) const {}

  void operator()(const OfferCallback&) const {}

  void operator()(const CallbackAnswer&) const {}

  void operator()(const DialCaller&) const {}

  void operator()(const EndAttempt&) const {}

  void operator()(const CallbackOutcome& a) const { changes.calls.insert(a.callback); }

  void operator()(const ReleaseCall&) const {}
};

}  // namespace

void AddChanges(const Router& core, const Action& action, Changes& changes) {
  std::visit(Adder{core, changes}, action);
}

void MergeChanges(Changes&& from, Changes& to) {
  to.seats.merge(from.seats);
  to.queues.merge(from.queues);
  to.stations.merge(from.stations);
  to.calls.merge(from.calls);
  std::move(from.ended.begin(), from.ended.end(), std::back_inserter(to.ended));
}

}  // namespace hotline::router
