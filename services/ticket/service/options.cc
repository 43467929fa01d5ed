#include "services/ticket/service/options.h"

#include "services/runtime/calendar_file.h"
#include "services/ticket/core/ticket_number.h"

namespace hotline::ticket {
namespace {

constexpr int kMaxThreads = 32;
/// Sessions beside the work pool's: timekeeper, follower of calls, asker of callers.
constexpr int kOwnSessions = 3;

}  // namespace

TicketOptions ReadTicketOptions(ConfigFile& file) {
  TicketOptions options;
  ConfigReader area = file.Section("area");
  options.area = area.Name("id");
  options.desk.utc_offset =
      area.Duration("utc_offset", absl::Hours(8), {absl::Hours(-14), absl::Hours(14)});
  area.IgnoreRest();

  ConfigReader ticket = file.Section("ticket");
  options.listen = ticket.Listen("listen");
  options.metrics = ticket.Listen("metrics");
  options.routers = ticket.Peers("routers");
  if (options.routers.empty()) ticket.Error("routers", "at least one router is needed");
  options.call = ticket.Peer("call");
  const std::string store = ticket.String("store", "sqlite");
  const std::string folder = ticket.String("data_dir");
  options.store.url = store == "sqlite" ? "sqlite:" + folder + "/tickets.db" : store;
  options.key_file = ticket.String("key_file");
  options.desk.org_code = ticket.String("org_code");
  if (!options.desk.org_code.empty() && !IsOrgCode(options.desk.org_code)) {
    ticket.Error("org_code", "must have six digits: the division code of the organisation");
  }
  options.desk.policy.draft_hold =
      ticket.Duration("draft_hold", absl::Minutes(10), {absl::Seconds(1), absl::Hours(24)});
  if (ticket.Has("calendar")) {
    auto calendar = LoadCalendar(ticket.String("calendar"));
    if (calendar.ok()) {
      options.desk.policy.calendar = *std::move(calendar);
    } else {
      ticket.Error("calendar", std::string(calendar.status().message()));
    }
  }
  options.threads = static_cast<int>(ticket.Int("threads", {1, kMaxThreads}, 4));
  options.store.sessions = options.threads + kOwnSessions;
  return options;
}

}  // namespace hotline::ticket
