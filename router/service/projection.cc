#include "router/service/projection.h"

#include "absl/strings/str_cat.h"

namespace hotline::router {
namespace {

std::string Millis(absl::Time t) {
  return absl::StrCat(absl::ToUnixMillis(t));
}

Projection::Fields SeatFields(const SeatView& seat) {
  return {"state",    std::string(FormatSeatState(seat.state)),
          "reason",   seat.reason,
          "since_ms", Millis(seat.state_time),
          "call",     seat.call ? FormatCallId(seat.call) : "",
          "agent",    seat.profile.agent,
          "answered", absl::StrCat(seat.answered)};
}

Projection::Fields QueueFields(const QueueView& queue) {
  return {"waiting",         absl::StrCat(queue.waiting),
          "offered",         absl::StrCat(queue.offered),
          "connected",       absl::StrCat(queue.connected),
          "seats_signed_in", absl::StrCat(queue.seats_signed_in),
          "seats_ready",     absl::StrCat(queue.seats_ready)};
}

Projection::Fields StationFields(const StationView& station) {
  return {"open",     station.open ? "1" : "0",      "busy", absl::StrCat(station.busy),
          "capacity", absl::StrCat(station.capacity)};
}

Projection::Fields StatsFields(const AreaStats& s) {
  return {"offered",
          absl::StrCat(s.offered),
          "answered",
          absl::StrCat(s.answered),
          "escalated_answered",
          absl::StrCat(s.escalated_answered),
          "abandoned",
          absl::StrCat(s.abandoned),
          "failed",
          absl::StrCat(s.failed),
          "open",
          absl::StrCat(s.open),
          "connect_rate_a",
          absl::StrCat(s.connected(), "/", s.requested())};
}

/// "queued general", "connected general s8001".
std::string CallText(const CallView& call) {
  return absl::StrCat(std::string(FormatCallState(call.state)), " ", call.request.queue,
                      call.target ? " " : "", call.target ? call.target->id : "");
}

void AddStats(const Router& core, const Keys& keys, absl::Time now, Projection& out) {
  out.hashes.emplace_back(keys.stats(), StatsFields(core.StatsSince(now - absl::Hours(24), now)));
}

}  // namespace

Projection ProjectChanges(const Router& core, const Keys& keys, const Changes& changes,
                          absl::Time now) {
  Projection out;
  for (const auto& id : changes.seats) {
    const auto seat = core.FindSeat(id);
    out.hashes.emplace_back(keys.seat(id), seat ? SeatFields(*seat) : Projection::Fields{});
  }
  for (const auto& id : changes.queues) {
    if (const auto queue = core.FindQueue(id, now))
      out.hashes.emplace_back(keys.queue(id), QueueFields(*queue));
  }
  for (const auto& id : changes.stations) {
    if (const auto station = core.FindStation(id, now)) {
      out.hashes.emplace_back(keys.station(id), StationFields(*station));
    }
  }
  for (const CallId id : changes.calls) {
    if (const auto call = core.FindCall(id)) {
      out.calls_set.push_back(FormatCallId(id));
      out.calls_set.push_back(CallText(*call));
    } else {
      out.calls_gone.push_back(FormatCallId(id));
    }
  }
  for (const auto& record : changes.ended) out.ended.push_back(record.SerializeAsString());
  if (!changes.calls.empty()) AddStats(core, keys, now, out);
  return out;
}

Projection ProjectEverything(const Router& core, const Keys& keys, absl::Time now) {
  Projection out;
  for (const auto& seat : core.seats())
    out.hashes.emplace_back(keys.seat(seat.profile.seat), SeatFields(seat));
  for (const auto& queue : core.queues(now))
    out.hashes.emplace_back(keys.queue(queue.id), QueueFields(queue));
  for (const auto& station : core.stations(now)) {
    out.hashes.emplace_back(keys.station(station.id), StationFields(station));
  }
  for (const auto& call : core.calls()) {
    out.calls_set.push_back(FormatCallId(call.request.call));
    out.calls_set.push_back(CallText(call));
  }
  AddStats(core, keys, now, out);
  return out;
}

}  // namespace hotline::router
