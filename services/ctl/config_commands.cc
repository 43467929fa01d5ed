// config check, config sip-users: reads the configuration file as the processes do.
#include <ostream>

#include "services/ctl/commands.h"
#include "services/ctl/json.h"
#include "services/ctl/session.h"
#include "services/runtime/config.h"

namespace hotline::ctl {
namespace {

/// The SIP users of all phones: of seats, then of stations, in the file's order.
absl::StatusOr<std::vector<std::string>> ReadSipUsers(const std::string& path) {
  absl::StatusOr<ConfigFile> file = ConfigFile::Load(path, ProcessEnvironment());
  if (!file.ok()) return UsageError(std::string(file.status().message()));
  std::vector<std::string> users;
  ConfigReader area = file->Section("area");
  const auto read_phone = [&users](ConfigReader& item) {
    users.push_back(item.String("extension"));
    item.IgnoreRest();
  };
  area.List("seats", read_phone);
  area.List("stations", read_phone);
  area.IgnoreRest();
  const absl::Status status = file->status();
  if (!status.ok()) return UsageError(std::string(status.message()));
  return users;
}

absl::Status ListSipUsers(Session& session) {
  const auto users = ReadSipUsers(session.arguments().operand(0));
  if (!users.ok()) return users.status();
  if (session.json()) {
    session.PrintJson(boost::json::array(users->begin(), users->end()));
  } else {
    for (const std::string& user : *users) session.out() << user << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> ConfigCommands() {
  return {{.words = "config sip-users",
           .operands = "FILE",
           .summary = "extensions of all seats and stations, one a line",
           .run = &ListSipUsers}};
}

}  // namespace hotline::ctl
