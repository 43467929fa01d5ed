// The lines of a scenario that say what the area is like: config, queue, station, teach.
#include <map>

#include "router/core/config.h"
#include "services/base/weekly_hours.h"
#include "tests/router/core/scenario.h"

namespace hotline::router {
namespace {

/// call-back=agent-first or caller-first, call-back-after=, call-back-hours=, call-back-keep=.
void ConfigureCallback(const Words& words, CallbackRules& rules, absl::Duration utc_offset) {
  if (!words.Has("call-back")) return;
  rules.offered = true;
  rules.agent_first = words.Get("call-back") == "agent-first";
  rules.offer_after = words.Span("call-back-after", rules.offer_after);
  rules.dial_timeout = words.Span("dial-timeout", rules.dial_timeout);
  rules.keep = words.Span("call-back-keep", rules.keep);
  rules.max_booked = words.Number("call-back-max", static_cast<int>(rules.max_booked));
  const std::vector<std::string> hours =
      absl::StrSplit(words.Get("call-back-hours"), ';', absl::SkipEmpty());
  rules.hours = *WeeklyHours::Parse(hours, utc_offset);
}

}  // namespace

void Scenario::Configure(const Words& words) {
  const auto rules = [&](QueueConfig& queue) {
    queue.answer_timeout = words.Span("answer-timeout", queue.answer_timeout);
    queue.wrap_up = words.Span("wrap-up", queue.wrap_up);
    queue.escalate_after = words.Span("escalate-after", queue.escalate_after);
    queue.max_wait = words.Span("max-wait", queue.max_wait);
    queue.no_seat_wait = words.Span("no-seat-wait", queue.no_seat_wait);
    queue.max_waiting = words.Number("max-waiting", static_cast<int>(queue.max_waiting));
    if (words.Has("stations")) queue.stations = words.List("stations");
    if (words.Has("skills")) queue.skills = words.Skills();
    ConfigureOrder(words, queue.order);
    for (const std::string& ring : words.List("rings")) {
      // rings=(site-a,site-b<10s *): groups, and the expected wait beyond which the next ring helps
      const std::vector<std::string> parts = absl::StrSplit(ring, absl::MaxSplits('<', 1));
      RingConfig& added = queue.rings.emplace_back();
      if (parts[0] != "*") added.groups = absl::StrSplit(parts[0], ',');
      if (parts.size() > 1) absl::ParseDuration(parts[1], &added.max_expected_wait);
    }
    if (words.Get("escalate-by") == "gain") queue.escalate_by = EscalateBy::kGain;
    config_.control.first_gain = words.Real("first-gain", config_.control.first_gain);
    ConfigureCallback(words, queue.callback, config_.utc_offset);
    queue.affinity_wait = words.Span("affinity-wait", queue.affinity_wait);
    queue.near_weight = words.Real("near-weight", queue.near_weight);
  };
  if (words[0] == "teach") return TeachClass(words);
  if (words[0] == "config") {
    for (const std::string& id : words.List("queues"))
      rules(config_.queues.emplace_back(QueueConfig{.id = id}));
    config_.node_grace = words.Span("node-grace", config_.node_grace);
    config_.explain.full_every =
        words.Number("full-every", static_cast<int>(config_.explain.full_every));
    config_.max_calls = words.Number("max-calls", static_cast<int>(config_.max_calls));
    config_.unreachable_pause = words.Span("unreachable-pause", config_.unreachable_pause);
  } else if (words[0] == "queue") {
    rules(config_.queues.emplace_back(QueueConfig{.id = words[1]}));
  } else {
    StationConfig station{.id = words[1], .level = "township", .extension = "7" + words[1]};
    const std::vector<std::string> hours =
        absl::StrSplit(words.Get("hours"), ';', absl::SkipEmpty());
    station.hours = *WeeklyHours::Parse(hours, config_.utc_offset);
    station.capacity = words.Number("capacity", 1);
    station.ring_timeout = words.Span("ring-timeout", station.ring_timeout);
    station.skills = words.Skills();
    station.clearance = static_cast<uint32_t>(words.Number("clearance", 0));
    config_.stations.push_back(station);
  }
}

void Scenario::ConfigureOrder(const Words& words, OrderRules& order) {
  const std::map<std::string, SeatOrder> seats = {
      {"longest-idle", SeatOrder::kLongestIdle},         {"least-busy", SeatOrder::kLeastBusy},
      {"fewest-calls", SeatOrder::kFewestCalls},         {"round-robin", SeatOrder::kRoundRobin},
      {"most-skilled", SeatOrder::kMostSkilled},         {"random", SeatOrder::kRandom},
      {"most-specialised", SeatOrder::kMostSpecialised}, {"", order.seats}};
  const auto seat_order = seats.find(words.Get("seats"));
  if (seat_order == seats.end()) return words.Complain("seats is no seat order");
  order.seats = seat_order->second;
  if (words.Has("order")) {
    order.calls = words.Get("order") == "connect" ? CallOrder::kConnect : CallOrder::kFifo;
  }
  order.weight = words.Real("weight", order.weight);
  order.hard_cap = words.Span("hard-cap", order.hard_cap);
  order.max_priority_run =
      words.Number("max-priority-run", static_cast<int>(order.max_priority_run));
  order.floor_margin = words.Real("floor-margin", order.floor_margin);
  order.reserved_seats = words.Number("reserved-seats", static_cast<int>(order.reserved_seats));
}

/// What was learnt of the last queue's calls that need a skill before the scenario begins.
void Scenario::TeachClass(const Words& words) {
  ClassRecord& record = learned_.Of(config_.queues.back().id + " " + words[1] + ":1");
  const int waits = words.Number("waits", 0), hang_ups = words.Number("hang-ups", 0);
  const double wait = absl::ToDoubleSeconds(words.Span("mean-wait", absl::Seconds(60)));
  const double talk = absl::ToDoubleSeconds(words.Span("talk", absl::Seconds(400)));
  for (int i = 0; i < waits; ++i) {
    const bool hung_up = i * hang_ups / waits != (i + 1) * hang_ups / waits;
    learned_.LearnWait(record, wait, hung_up ? WaitEnd::kHungUp : WaitEnd::kAnswered);
    learned_.LearnTalk(record, talk);
  }
}

}  // namespace hotline::router
