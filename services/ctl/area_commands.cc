// queue list, station list, area, drain, stats: the area as a whole.
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "services/ctl/area_text.h"
#include "services/ctl/commands.h"
#include "services/ctl/format.h"
#include "services/ctl/json.h"
#include "services/ctl/session.h"
#include "services/runtime/proto_time.h"

namespace hotline::ctl {
namespace {

absl::Status ListQueues(Session& session) {
  const auto response = session.Ask(router::v1::ListQueuesRequest());
  if (!response.ok()) return response.status();
  if (session.json()) {
    session.PrintJson(ToJsonArray(response->queues()));
  } else {
    session.out() << QueueTable(response->queues()).Render();
  }
  return absl::OkStatus();
}

absl::Status ListStations(Session& session) {
  const auto response = session.Ask(router::v1::ListStationsRequest());
  if (!response.ok()) return response.status();
  if (session.json()) {
    session.PrintJson(ToJsonArray(response->stations()));
    return absl::OkStatus();
  }
  Table table({"STATION", "LEVEL", "PHONE", "OPEN", "BUSY>", "CAPACITY>"});
  for (const auto& station : response->stations()) {
    table.Add({station.station_id(), station.level(), station.extension(),
               station.open() ? "yes" : "no", absl::StrCat(station.busy()),
               absl::StrCat(station.capacity())});
  }
  session.out() << table.Render();
  return absl::OkStatus();
}

absl::Status ShowArea(Session& session) {
  const auto area = session.Ask(router::v1::GetAreaRequest());
  if (!area.ok()) return area.status();
  if (session.json()) {
    session.PrintJson(ToJson(*area));
  } else {
    session.out() << AreaLine(*area) << "\njournal at " << area->journal_seq() << "\ncall services "
                  << (area->nodes().empty() ? "none" : absl::StrJoin(area->nodes(), ", ")) << "\n";
  }
  return absl::OkStatus();
}

absl::Status SetDrain(Session& session) {
  const std::string& on = session.arguments().operand(0);
  if (on != "on" && on != "off") return UsageError("usage: hotline-ctl drain on|off");
  router::v1::SetDrainRequest request;
  request.set_request_id(MakeRequestId());
  request.set_draining(on == "on");
  const auto response = session.Ask(request);
  if (!response.ok()) return response.status();
  if (session.json()) {
    session.PrintJson(boost::json::object{{"draining", request.draining()}});
  } else {
    session.out() << (request.draining() ? "draining: no new call is queued\n"
                                         : "open: new calls are queued again\n");
  }
  return absl::OkStatus();
}

absl::Status ShowStats(Session& session) {
  router::v1::GetStatsRequest request;
  const Arguments& arguments = session.arguments();
  if (arguments.Has("--window") && arguments.Has("--today")) {
    return UsageError("--window or --today, not both");
  }
  if (arguments.Has("--window")) {
    *request.mutable_window() = ToProto(arguments.Span("--window", absl::ZeroDuration()));
  }
  request.set_today(arguments.Has("--today"));
  const auto response = session.Ask(request);
  if (!response.ok()) return response.status();
  if (session.json()) {
    session.PrintJson(ToJson(response->stats()));
  } else {
    session.out() << StatsText(response->stats());
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> AreaCommands() {
  return {
      {.words = "queue list", .summary = "all queues: who waits, who serves", .run = &ListQueues},
      {.words = "station list", .summary = "all stations: open, busy", .run = &ListStations},
      {.words = "area",
       .summary = "the active router, its epoch, its call services",
       .run = &ShowArea},
      {.words = "drain",
       .operands = "on|off",
       .summary = "on: queue no new call; off: queue calls again",
       .run = &SetDrain},
      {.words = "stats",
       .summary = "how many calls ended how; the connect rate",
       .options = {{"--window", Takes::kSpan, "SPAN", "calls of the last SPAN, at most 24h (24h)"},
                   {"--today", Takes::kNothing, "", "calls since midnight of the area"}},
       .details = "offered = answered + escalated_answered + abandoned + failed + open.\n"
                  "Rate A is (T01 + T02) of T01 … T12; rate B leaves short abandons (T03) out.\n",
       .run = &ShowStats}};
}

}  // namespace hotline::ctl
