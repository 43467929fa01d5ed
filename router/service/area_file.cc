#include "router/service/area_file.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"

#include "services/redis/connection.h"

namespace hotline::router {
namespace {

constexpr DurationRange kSpan = {absl::ZeroDuration(), absl::Hours(24)};
constexpr DurationRange kPositiveSpan = {absl::Milliseconds(1), absl::Hours(24)};
constexpr IntRange kLevels = {1, 5};
constexpr int64_t kMaxClearance = 9;

std::vector<SkillLevel> ReadSkills(ConfigReader& reader) {
  std::vector<SkillLevel> skills;
  for (const auto& [skill, level] : reader.IntMap("skills", kLevels)) {
    skills.push_back({skill, static_cast<int>(level)});
  }
  return skills;
}

Priority ReadPriority(ConfigReader& reader, Priority fallback) {
  return reader.Choice<Priority>(
      "priority",
      {{"P0", Priority::kP0}, {"P1", Priority::kP1}, {"P2", Priority::kP2}, {"P3", Priority::kP3}},
      fallback);
}

/// A share in per cent; `fallback` is a share of 1.
double ReadPercent(ConfigReader& reader, std::string_view key, double fallback, IntRange range) {
  return reader.Has(key) ? static_cast<double>(reader.Int(key, range)) / 100 : fallback;
}

OrderRules ReadOrder(ConfigReader& reader) {
  OrderRules order;
  order.calls = reader.Choice<CallOrder>(
      "order", {{"fifo", CallOrder::kFifo}, {"connect", CallOrder::kConnect}}, order.calls);
  order.seats = reader.Choice<SeatOrder>("seats",
                                         {{"longest_idle", SeatOrder::kLongestIdle},
                                          {"least_busy", SeatOrder::kLeastBusy},
                                          {"fewest_calls", SeatOrder::kFewestCalls},
                                          {"round_robin", SeatOrder::kRoundRobin},
                                          {"most_skilled", SeatOrder::kMostSkilled},
                                          {"most_specialised", SeatOrder::kMostSpecialised},
                                          {"random", SeatOrder::kRandom}},
                                         order.seats);
  order.weight = ReadPercent(reader, "weight_percent", order.weight, {1, 10'000});
  order.hard_cap = reader.Duration("hard_cap", order.hard_cap, kPositiveSpan);
  order.max_priority_run =
      static_cast<uint32_t>(reader.Int("max_priority_run", {0, 1000}, order.max_priority_run));
  order.floor_margin = ReadPercent(reader, "floor_margin_percent", order.floor_margin, {0, 100});
  order.reserved_seats =
      static_cast<uint32_t>(reader.Int("reserved_seats", {0, 1000}, order.reserved_seats));
  return order;
}

CallbackRules ReadCallback(ConfigReader& queue, absl::Duration utc_offset) {
  CallbackRules rules;
  if (!queue.Has("callback")) return rules;
  ConfigReader reader = queue.Map("callback");
  rules.offered = reader.Bool("offered", rules.offered);
  rules.offer_after = reader.Duration("offer_after", rules.offer_after, kSpan);
  rules.agent_first =
      reader.Choice<bool>("first", {{"agent", true}, {"caller", false}}, rules.agent_first);
  rules.dial_timeout = reader.Duration("dial_timeout", rules.dial_timeout, kPositiveSpan);
  rules.keep = reader.Duration("keep", rules.keep, {absl::Seconds(1), absl::Hours(24 * 14)});
  rules.max_booked = static_cast<uint32_t>(reader.Int("max_booked", {1, 10'000}, rules.max_booked));
  // Nobody is called at night unless asked for.
  const auto given = reader.Strings("hours");
  auto hours = WeeklyHours::Parse(
      given.empty() ? std::vector<std::string>{"daily 08:00-21:00"} : given, utc_offset);
  if (hours.ok()) {
    rules.hours = *std::move(hours);
  } else {
    reader.Error("hours", std::string(hours.status().message()));
  }
  return rules;
}

RingConfig ReadRing(ConfigReader& reader) {
  RingConfig ring;
  ring.groups = reader.Strings("groups");
  ring.max_expected_wait = reader.Duration("max_expected_wait", ring.max_expected_wait, kSpan);
  return ring;
}

QueueConfig ReadQueue(ConfigReader& reader, absl::Duration utc_offset) {
  QueueConfig queue;
  queue.id = reader.Name("id");
  queue.skills = ReadSkills(reader);
  queue.priority = ReadPriority(reader, queue.priority);
  queue.answer_timeout = reader.Duration("answer_timeout", queue.answer_timeout, kPositiveSpan);
  queue.wrap_up = reader.Duration("wrap_up", queue.wrap_up, kSpan);
  queue.escalate_after = reader.Duration("escalate_after", queue.escalate_after, kSpan);
  queue.max_wait = reader.Duration("max_wait", queue.max_wait, kPositiveSpan);
  queue.no_seat_wait = reader.Duration("no_seat_wait", queue.no_seat_wait, kSpan);
  queue.max_waiting =
      static_cast<uint32_t>(reader.Int("max_waiting", {1, 1'000'000}, queue.max_waiting));
  queue.stations = reader.Strings("stations");
  queue.order = ReadOrder(reader);
  queue.escalate_by = reader.Choice<EscalateBy>(
      "escalate_by", {{"timer", EscalateBy::kTimer}, {"gain", EscalateBy::kGain}},
      queue.escalate_by);
  queue.affinity_wait = reader.Duration("affinity_wait", queue.affinity_wait, kSpan);
  queue.callback = ReadCallback(reader, utc_offset);
  queue.near_weight = ReadPercent(reader, "near_weight_percent", queue.near_weight, {100, 10'000});
  reader.List("rings", [&](ConfigReader& ring) { queue.rings.push_back(ReadRing(ring)); });
  return queue;
}

StationConfig ReadStation(ConfigReader& reader, absl::Duration utc_offset) {
  StationConfig station;
  station.id = reader.Name("id");
  const std::vector<std::pair<std::string_view, std::string>> levels = {
      {"city", "city"}, {"county", "county"}, {"township", "township"}, {"village", "village"}};
  station.level = reader.Choice<std::string>("level", levels);
  station.extension = reader.String("extension");
  station.capacity = static_cast<uint32_t>(reader.Int("capacity", {1, 1000}, station.capacity));
  station.ring_timeout = reader.Duration("ring_timeout", station.ring_timeout, kPositiveSpan);
  auto hours = WeeklyHours::Parse(reader.Strings("hours"), utc_offset);
  if (hours.ok()) {
    station.hours = *std::move(hours);
  } else {
    reader.Error("hours", std::string(hours.status().message()));
  }
  station.skills = ReadSkills(reader);
  station.clearance = static_cast<uint32_t>(reader.Int("clearance", {0, kMaxClearance}, 0));
  return station;
}

SeatProfile ReadSeat(ConfigReader& reader, const std::set<std::string>& queues,
                     std::set<std::string>& ids, std::set<std::string>& extensions) {
  SeatProfile seat{
      .seat = reader.Name("id"),
      .extension = reader.String("extension"),
      .queues = reader.Strings("queues"),
      .skills = ReadSkills(reader),
      .group = reader.String("group", ""),
      .provider = reader.String("provider", ""),
      .clearance = static_cast<uint32_t>(reader.Int("clearance", {0, kMaxClearance}, 0)),
      .suspended = reader.Bool("suspended", false)};
  std::sort(seat.queues.begin(), seat.queues.end());
  if (!ids.insert(seat.seat).second)
    reader.Error("id", absl::StrCat("\"", seat.seat, "\" is used twice"));
  if (!extensions.insert(seat.extension).second) {
    reader.Error("extension", absl::StrCat("\"", seat.extension, "\" is used twice"));
  }
  if (seat.queues.empty()) reader.Error("queues", "is empty: the seat would get no calls");
  for (const auto& queue : seat.queues) {
    if (!queues.contains(queue))
      reader.Error("queues", absl::StrCat("there is no queue \"", queue, "\""));
  }
  return seat;
}

}  // namespace

AreaFile ReadArea(ConfigReader area) {
  AreaFile out;
  AreaConfig& config = out.config;
  config.id = area.Name("id");
  config.utc_offset =
      area.Duration("utc_offset", config.utc_offset, {absl::ZeroDuration(), absl::Hours(14)});
  config.limits.answer_target = area.Duration("answer_target", config.limits.answer_target, kSpan);
  config.limits.short_abandon = area.Duration("short_abandon", config.limits.short_abandon, kSpan);
  config.priority_step = area.Duration("priority_step", config.priority_step, kSpan);
  config.node_grace = area.Duration("node_grace", config.node_grace, kPositiveSpan);
  config.unreachable_pause = area.Duration("unreachable_pause", config.unreachable_pause, kSpan);
  config.max_calls =
      static_cast<uint32_t>(area.Int("max_calls", {1, 10'000'000}, config.max_calls));

  config.seed = static_cast<uint64_t>(area.Int("seed", {0, 1'000'000'000}, 1));
  if (area.Has("explain")) {
    ConfigReader explain = area.Map("explain");
    ExplainRules& rules = config.explain;
    rules.keep = static_cast<uint32_t>(explain.Int("keep", {0, kMaxKeptDecisions}, rules.keep));
    rules.full_every =
        static_cast<uint32_t>(explain.Int("full_every", {0, 1'000'000}, rules.full_every));
  }
  if (area.Has("control")) {
    ConfigReader control = area.Map("control");
    ControlRules& rules = config.control;
    rules.target = ReadPercent(control, "target_percent", rules.target, {1, 99});
    rules.first_gain = ReadPercent(control, "first_gain_percent", rules.first_gain, {1, 10'000});
    rules.least_gain = ReadPercent(control, "least_gain_percent", rules.least_gain, {1, 10'000});
    rules.most_gain = ReadPercent(control, "most_gain_percent", rules.most_gain, {1, 10'000});
  }

  std::set<std::string> queues, seats, extensions;
  area.List("queues", [&](ConfigReader& reader) {
    config.queues.push_back(ReadQueue(reader, config.utc_offset));
    queues.insert(config.queues.back().id);
  });
  area.List("stations", [&](ConfigReader& reader) {
    config.stations.push_back(ReadStation(reader, config.utc_offset));
    extensions.insert(config.stations.back().extension);
  });
  area.List("seats", [&](ConfigReader& reader) {
    out.seats.push_back(ReadSeat(reader, queues, seats, extensions));
  });
  // Numbers are the call service's; that their queues exist is ours to see.
  area.List("numbers", [&](ConfigReader& reader) {
    const std::string queue = reader.String("queue");
    if (!queue.empty() && !queues.contains(queue)) {
      reader.Error("queue", absl::StrCat("there is no queue \"", queue, "\""));
    }
    reader.IgnoreRest();
  });
  for (const std::string& problem : Validate(config)) {
    // "area.queues[0].stations names …": the key, a blank, the sentence.
    const size_t blank = problem.find(' ');
    std::string key = problem.substr(0, blank);
    if (key.starts_with("area.")) key.erase(0, 5);
    area.Error(key, problem.substr(std::min(blank + 1, problem.size())));
  }
  return out;
}

RouterFile ReadRouter(ConfigReader router) {
  RouterFile out;
  out.name = router.Name("name");
  out.listen = router.Listen("listen");
  out.metrics = router.Listen("metrics");
  out.redis = router.String("redis");
  if (const auto address = redis::ParseAddress(out.redis); !out.redis.empty() && !address.ok()) {
    router.Error("redis", std::string(address.status().message()));
  }
  out.lease = router.Duration("lease", absl::Milliseconds(1500),
                              {absl::Milliseconds(100), absl::Minutes(1)});
  out.spool_dir = router.String("spool_dir");
  out.snapshot_every = static_cast<uint64_t>(router.Int("snapshot_every", {10, 1'000'000}, 5000));
  out.pipeline_depth = static_cast<size_t>(router.Int("pipeline_depth", {1, 64}, 2));
  return out;
}

}  // namespace hotline::router
