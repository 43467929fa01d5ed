// status, health, sip-ping: what runs, and does it answer?
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

#include "services/ctl/area_text.h"
#include "services/ctl/commands.h"
#include "services/ctl/format.h"
#include "services/ctl/json.h"
#include "services/ctl/probes.h"
#include "services/ctl/session.h"
#include "services/ctl/sip_ping.h"

namespace hotline::ctl {
namespace {

using boost::json::array;
using boost::json::object;
using router::v1::RouterStatus;

/// What `status` gathers: the table, its JSON, and whether calls can be served.
struct Picture {
  Table table{{"PROCESS", "ADDRESS", "STATE", "DETAILS"}};
  object json;
  bool healthy = true;

  void Missing(const std::string& process, const std::string& address, const absl::Status& why) {
    table.Add({process, address, "no answer", std::string(why.message())});
    healthy = false;
  }
};

std::string RouterDetails(const router::v1::GetAreaResponse& area) {
  std::string text = absl::StrCat("area ", area.area(), ", epoch ", area.epoch(), ", journal ",
                                  area.journal_seq());
  if (area.nodes_size() > 0) absl::StrAppend(&text, ", serves ", absl::StrJoin(area.nodes(), " "));
  if (area.draining()) text += ", draining";
  if (area.spooling()) text += ", spooling to disk: Redis is out of reach";
  return text;
}

void AddRouters(std::vector<RouterAnswer> answers, Picture& picture) {
  array json;
  bool active = false;
  for (const RouterAnswer& answer : answers) {
    object entry{{"address", answer.address}, {"error", nullptr}, {"area", nullptr}};
    if (answer.area.ok()) {
      const std::string role = EnumWord("ROLE_", RouterStatus::Role_Name(answer.area->role()));
      active = active || answer.area->role() == RouterStatus::ROLE_ACTIVE;
      picture.table.Add({answer.area->router(), answer.address, role, RouterDetails(*answer.area)});
      entry["area"] = ToJson(*answer.area);
    } else {
      picture.Missing("router", answer.address, answer.area.status());
      entry["error"] = std::string(answer.area.status().message());
    }
    json.push_back(std::move(entry));
  }
  picture.healthy = picture.healthy && active;
  picture.json["routers"] = std::move(json);
}

void AddCallService(const std::string& address, absl::Duration timeout, Picture& picture) {
  const auto status = AskCallService(address, timeout);
  if (!status.ok()) {
    picture.json["call"] = object{{"error", std::string(status.status().message())}};
    return picture.Missing("call service", address, status.status());
  }
  int connected = 0;
  for (const auto& router : status->routers()) connected += router.connected() ? 1 : 0;
  picture.table.Add(
      {status->node(), address, "up",
       absl::StrFormat("%d calls, %d of %d routers, media %s, %d records not acknowledged",
                       status->live_calls(), connected, status->routers_size(),
                       status->media_connected() ? "connected" : "lost",
                       status->unacknowledged_records())});
  picture.healthy = picture.healthy && status->media_connected();
  picture.json["call"] = ToJson(*status);
}

void AddMediaService(const std::string& address, absl::Duration timeout, Picture& picture) {
  const auto stats = AskMediaService(address, timeout);
  if (!stats.ok()) {
    picture.json["media"] = object{{"error", std::string(stats.status().message())}};
    return picture.Missing("media service", address, stats.status());
  }
  picture.table.Add(
      {"media service", address, "up",
       absl::StrFormat("%d legs, %d packets in, %d out, %d lost, %d late ticks", stats->legs(),
                       stats->received_packets(), stats->sent_packets(), stats->lost_packets(),
                       stats->overruns())});
  picture.json["media"] = object{{"legs", stats->legs()},
                                 {"received_packets", stats->received_packets()},
                                 {"sent_packets", stats->sent_packets()},
                                 {"lost_packets", stats->lost_packets()},
                                 {"late_packets", stats->late_packets()},
                                 {"refused_packets", stats->refused_packets()},
                                 {"overruns", stats->overruns()}};
}

absl::Status ShowStatus(Session& session) {
  const auto endpoints = session.FindEndpoints();
  if (!endpoints.ok()) return endpoints.status();
  const auto routers = session.routers();
  if (!routers.ok()) return routers.status();
  Picture picture;
  AddRouters((*routers)->Survey(), picture);
  if (!endpoints->call.empty()) AddCallService(endpoints->call, session.timeout(), picture);
  if (!endpoints->media.empty()) AddMediaService(endpoints->media, session.timeout(), picture);
  if (session.json()) {
    picture.json["healthy"] = picture.healthy;
    session.PrintJson(picture.json);
  } else {
    session.out() << picture.table.Render();
  }
  if (picture.healthy) return absl::OkStatus();
  return absl::UnavailableError("the hotline is not complete");
}

absl::Status CheckHealth(Session& session) {
  const std::string& address = session.arguments().operand(0);
  if (const auto parsed = ParseAddress(address); !parsed.ok()) return parsed.status();
  const absl::Status status = AwaitServing(address, session.timeout());
  if (session.json()) session.PrintJson(object{{"address", address}, {"serving", status.ok()}});
  if (status.ok() && !session.json()) session.out() << address << " serves\n";
  return status;
}

absl::Status PingSip(Session& session) {
  const std::string& address = session.arguments().operand(0);
  const auto reply = SipPing(address, session.timeout());
  if (!reply.ok()) return reply.status();
  const double ms = absl::ToDoubleMilliseconds(reply->after);
  if (session.json()) {
    session.PrintJson(object{{"address", address},
                             {"status", reply->status},
                             {"reason", reply->reason},
                             {"after_ms", ms}});
  } else {
    session.out() << address << " answers " << reply->status << " " << reply->reason
                  << absl::StrFormat(" after %.1f ms\n", ms);
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> ProbeCommands() {
  return {{.words = "status",
           .summary = "routers, call and media service in one table",
           .details = "Exit code 1 unless everything known answers and one router is active.\n",
           .run = &ShowStatus},
          {.words = "health",
           .operands = "HOST:PORT",
           .summary = "wait until a process serves (gRPC health)",
           .run = &CheckHealth},
          {.words = "sip-ping",
           .operands = "HOST:PORT",
           .summary = "wait for a reply to SIP OPTIONS (UDP)",
           .details = "Any final reply will do: 200, 404, 405 …\n",
           .run = &PingSip}};
}

}  // namespace hotline::ctl
