// config check, read, sip-users, numbers: reads the configuration file as the processes do.
#include <ostream>

#include "services/ctl/commands.h"
#include "services/ctl/config_check.h"
#include "services/ctl/json.h"
#include "services/ctl/session.h"
#include "services/runtime/config.h"

namespace hotline::ctl {
namespace {

absl::StatusOr<ConfigFile> Load(const Session& session) {
  absl::StatusOr<ConfigFile> file =
      ConfigFile::Load(session.arguments().operand(0), ProcessEnvironment());
  if (!file.ok()) return UsageError(std::string(file.status().message()));
  return file;
}

/// One value of each map in some lists of the section area.
absl::StatusOr<std::vector<std::string>> ReadValues(const Session& session, const std::string& key,
                                                    const std::vector<std::string>& lists) {
  absl::StatusOr<ConfigFile> file = Load(session);
  if (!file.ok()) return file.status();
  std::vector<std::string> values;
  ConfigReader area = file->Section("area");
  for (const std::string& list : lists) {
    area.List(list, [&values, &key](ConfigReader& item) {
      values.push_back(item.String(key));
      item.IgnoreRest();
    });
  }
  area.IgnoreRest();
  const absl::Status status = file->status();
  if (!status.ok()) return UsageError(std::string(status.message()));
  return values;
}

absl::Status PrintValues(const Session& session,
                         const absl::StatusOr<std::vector<std::string>>& values) {
  if (!values.ok()) return values.status();
  if (session.json()) {
    session.PrintJson(boost::json::array(values->begin(), values->end()));
  } else {
    for (const std::string& value : *values) session.out() << value << "\n";
  }
  return absl::OkStatus();
}

absl::Status ListSipUsers(Session& session) {
  return PrintValues(session, ReadValues(session, "extension", {"seats", "stations"}));
}

absl::Status ListSeatIds(Session& session) {
  return PrintValues(session, ReadValues(session, "id", {"seats"}));
}

absl::Status ShowAreaId(Session& session) {
  absl::StatusOr<ConfigFile> file = Load(session);
  if (!file.ok()) return file.status();
  ConfigReader area = file->Section("area");
  const std::string id = area.String("id");
  area.IgnoreRest();
  if (!file->status().ok()) return UsageError(std::string(file->status().message()));
  if (session.json()) {
    session.PrintJson(boost::json::value(id));
  } else {
    session.out() << id << "\n";
  }
  return absl::OkStatus();
}

absl::Status ListNumbers(Session& session) {
  return PrintValues(session, ReadValues(session, "dialled", {"numbers"}));
}

absl::Status Check(Session& session) {
  const std::string& path = session.arguments().operand(0);
  const absl::Status status = CheckConfiguration(path, ProcessEnvironment());
  if (!status.ok()) return status;
  if (session.json()) {
    session.PrintJson(boost::json::object{{"file", path}, {"ok", true}});
  } else {
    session.out() << path << " is fine\n";
  }
  return absl::OkStatus();
}

absl::Status ShowWhatIsRead(Session& session) {
  const Arguments& arguments = session.arguments();
  const absl::StatusOr<std::string> values =
      ValuesReadBy(arguments.operand(0), arguments.operand(1), ProcessEnvironment());
  if (!values.ok()) return values.status();
  if (session.json()) {
    session.PrintJson(boost::json::value(*values));
  } else {
    session.out() << *values;
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> ConfigCommands() {
  return {
      {.words = "config check",
       .operands = "FILE",
       .summary = "every mistake of a configuration, a line each",
       .details = "Reads the file and HOTLINE_<SECTION>_<KEY> as the processes do.\n",
       .run = &Check},
      {.words = "config read",
       .operands = "PROGRAM FILE",
       .summary = "what a program reads of a configuration, a value each line",
       .details = "PROGRAM is router, call, media, ticket, directory or console.\n",
       .run = &ShowWhatIsRead},
      {.words = "config sip-users",
       .operands = "FILE",
       .summary = "extensions of all seats and stations, one a line",
       .run = &ListSipUsers},
      {.words = "config seats",
       .operands = "FILE",
       .summary = "ids of all seats, one a line",
       .run = &ListSeatIds},
      {.words = "config area", .operands = "FILE", .summary = "the area's id", .run = &ShowAreaId},
      {.words = "config numbers",
       .operands = "FILE",
       .summary = "numbers that may be dialled, one a line",
       .run = &ListNumbers}};
}

}  // namespace hotline::ctl
