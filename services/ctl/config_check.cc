#include "services/ctl/config_check.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "agent_console/gateway/options.h"
#include "router/service/area_file.h"
#include "services/call/service/options.h"
#include "services/ctl/command_line.h"
#include "services/directory/service/options.h"
#include "services/media/service/options.h"
#include "services/runtime/access_key.h"
#include "services/runtime/local_socket.h"
#include "services/runtime/log.h"
#include "services/ticket/service/options.h"

namespace hotline::ctl {
namespace {

void ReadAsRouter(ConfigFile& file) {
  (void)router::ReadArea(file.Section("area"));
  (void)router::ReadRouter(file.Section("router"));
}

void ReadAsCallService(ConfigFile& file) {
  (void)call::ReadCallOptions(file);
}

void ReadAsMedia(ConfigFile& file) {
  (void)media::ReadMediaOptions(file.Section("media"));
}

void ReadAsTicketService(ConfigFile& file) {
  (void)ticket::ReadTicketOptions(file);
}

void ReadAsDirectory(ConfigFile& file) {
  (void)directory::ReadDirectoryOptions(file);
}

void ReadAsConsole(ConfigFile& file) {
  (void)console::ReadConsoleOptions(file);
}

/// What every process reads.
void ReadAsAnybody(ConfigFile& file) {
  (void)ReadAccessKeyFile(file.Section("access"));
  (void)ReadLogLevel(file.Section("log"));
  (void)ReadSocketDir(file.Section("host"));
}

struct Program {
  std::string_view name;
  void (*read)(ConfigFile& file);
};

constexpr Program kPrograms[] = {{"router", &ReadAsRouter},       {"call", &ReadAsCallService},
                                 {"media", &ReadAsMedia},         {"ticket", &ReadAsTicketService},
                                 {"directory", &ReadAsDirectory}, {"console", &ReadAsConsole}};

}  // namespace

absl::Status CheckConfiguration(const std::string& file, const hotline::Environment& environment) {
  std::vector<std::string> problems;
  // A file of its own for each: what one process ignores of a section, another one reads.
  for (const Program& program : kPrograms) {
    absl::StatusOr<ConfigFile> config = ConfigFile::Load(file, environment);
    if (!config.ok()) return UsageError(std::string(config.status().message()));
    program.read(*config);
    ReadAsAnybody(*config);
    const std::string text(config->status().message());
    const std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipEmpty());
    for (const std::string& line : lines) {
      if (std::find(problems.begin(), problems.end(), line) == problems.end()) {
        problems.push_back(line);
      }
    }
  }
  if (problems.empty()) return absl::OkStatus();
  return UsageError(absl::StrCat(file, " has mistakes:\n  ", absl::StrJoin(problems, "\n  ")));
}

absl::StatusOr<std::string> ValuesReadBy(const std::string& program, const std::string& file,
                                         const hotline::Environment& environment) {
  const auto* const found =
      std::find_if(std::begin(kPrograms), std::end(kPrograms),
                   [&program](const Program& known) { return known.name == program; });
  if (found == std::end(kPrograms)) {
    return UsageError(
        absl::StrCat(program, ": no such program; there are ",
                     absl::StrJoin(kPrograms, ", ", [](std::string* out, const Program& known) {
                       absl::StrAppend(out, std::string(known.name));
                     })));
  }
  absl::StatusOr<ConfigFile> config = ConfigFile::Load(file, environment);
  if (!config.ok()) return UsageError(std::string(config.status().message()));
  found->read(*config);
  ReadAsAnybody(*config);
  return config->ValuesRead();
}

}  // namespace hotline::ctl
