#include "router/core/rules/escalation.h"

#include <algorithm>
#include <optional>

#include "router/core/rules/call_back.h"
#include "router/core/rules/offers.h"

namespace hotline::router {
namespace {

/// Looks are at whole multiples of these since 1970, so that a restored router has the same ones.
constexpr absl::Duration kEscalationLook = absl::Seconds(2);
constexpr absl::Duration kControlLook = absl::Minutes(1);
/// So many calls are looked at from either end of a line, as far as stations have failed them.
constexpr int kMostTried = 8;
/// What is left of an expected wait is never taken for less: it is only an estimate.
constexpr double kLeastLeft = 20;
/// How many callers gain from seat time that one leaves to a busy line.
constexpr double kOthers = 2;

absl::Time NextMultiple(absl::Time now, absl::Duration step) {
  return absl::UnixEpoch() + absl::Floor(now - absl::UnixEpoch(), step) + step;
}

struct Chance {
  double gain = 0;
  Call* call = nullptr;
  Station* station = nullptr;
};

/// The first call from here that a station has room for.
template <class Iterator>
void ConsiderFrom(const Area& area, Iterator from, Iterator end, std::optional<Chance>& best) {
  for (int tried = 0; from != end && tried < kMostTried; ++from, ++tried) {
    Call& call = *from->call;
    if (call.away()) continue;
    Station* station = area.stations.FirstWithRoom(call, area.now);
    if (station == nullptr) continue;
    const double gain = GainOf(area, call);
    const bool better =
        !best || gain > best->gain || (gain == best->gain && call.place() < best->call->place());
    if (better && gain >= area.control.price()) best = Chance{gain, &call, station};
    return;
  }
}

/// The line moves up by one whoever leaves it. The newest caller hangs up most readily and would
/// have the longest wait: mostly he gains most. Those who are left lose nothing by it.
void Consider(const Area& area, const Line& line, std::optional<Chance>& best) {
  ConsiderFrom(area, line.waiting.begin(), line.waiting.end(), best);
  ConsiderFrom(area, line.waiting.rbegin(), line.waiting.rend(), best);
}

std::optional<Chance> Best(const Area& area) {
  std::optional<Chance> best;
  area.matcher.ForEachLine([&](const Line& line) {
    if (line.need->queue->escalate_by == EscalateBy::kGain) Consider(area, line, best);
  });
  return best;
}

void TellControl(Area& area) {
  area.actions.push_back(ControlChanged{area.control.open(), area.control.calls_back(),
                                        area.control.state.reason, area.control.price()});
  OfferCallbacks(area);
}

absl::Time StartOfDay(const Area& area) {
  const absl::Duration local = area.now + area.config.utc_offset - absl::UnixEpoch();
  return area.now - (local - absl::Floor(local, absl::Hours(24)));
}

}  // namespace

double GainOf(const Area& area, const Call& call) {
  const Learned& learned = area.learned;
  const ClassRecord& record = *call.record;
  const double waited = absl::ToDoubleSeconds(area.now - call.request.request_time);
  const double left = std::max(call.expected_mean - waited, kLeastLeft);
  const double lost = learned.HangUpProbability(record, waited, waited + left);
  // Who would be answered all the same leaves seat time behind. It is worth what those who wait
  // stand to lose, and in a busy hour as much again: they make room for others in turn.
  const double line = QueueTime(static_cast<double>(area.matcher.waiting()),
                                std::max<double>(static_cast<double>(area.matcher.enrolled()), 1),
                                learned.HandleTime(learned.all()), learned.HangUpRate());
  const double others = std::min(kOthers * learned.HangUpProbability(learned.all(), 0, line), 1.0);
  return (lost + (1 - lost) * others) * learned.HandleTime(learned.all()) /
         learned.HandleTime(record);
}

void PlanEscalation(Area& area) {
  if (!area.escalates_by_gain && !area.offers_callbacks) return;
  const bool look = area.escalates_by_gain && area.control.open() && area.matcher.waiting() > 0;
  area.deadlines.Set(area.escalation_alarm,
                     look ? NextMultiple(area.now, kEscalationLook) : absl::InfiniteFuture());
  area.deadlines.Set(area.control_alarm, area.calls.empty() ? absl::InfiniteFuture()
                                                            : NextMultiple(area.now, kControlLook));
}

void Escalate(Area& area) {
  while (area.control.open()) {
    const std::optional<Chance> best = Best(area);
    if (!best) return;
    OfferToStation(area, *best->call, *best->station);
  }
}

void LookAtControl(Area& area) {
  const absl::Time midnight = StartOfDay(area);
  const AreaStats today = area.stats.Since(midnight, area.now);
  // Yesterday from now to midnight: all of the last 24 h less today.
  const AreaStats last = area.stats.Since(area.now - absl::Hours(24), area.now);
  const ControlInput input{
      .requested = static_cast<double>(today.requested()),
      .connected = static_cast<double>(today.connected()),
      .expected_rest = static_cast<double>(last.offered - std::min(last.offered, today.offered)),
      .window_requested = static_cast<double>(last.requested()),
      .window_connected = static_cast<double>(last.connected())};
  if (area.control.Look(input)) TellControl(area);
}

void SetControlMode(Area& area, ControlMode mode) {
  if (area.control.SetMode(mode)) TellControl(area);
}

}  // namespace hotline::router
