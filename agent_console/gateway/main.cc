// hotline-console: the web console's gateway. `hotline-console account …` writes its accounts.
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <optional>

#include "absl/strings/str_cat.h"

#include "agent_console/gateway/account_commands.h"
#include "agent_console/gateway/gateway.h"
#include "agent_console/gateway/http/server.h"
#include "agent_console/gateway/loop.h"
#include "agent_console/gateway/options.h"
#include "agent_console/gateway/people/accounts.h"
#include "agent_console/gateway/upstream/upstreams.h"
#include "services/directory/follow/directory_follower.h"
#include "services/runtime/access.h"
#include "services/runtime/log.h"
#include "services/runtime/process.h"

namespace hotline::console {
namespace {

constexpr mode_t kOwnerOnly = 0700;
/// For answers under way and pages, which are told to watch again; whoever reads slower is cut off.
constexpr absl::Duration kDrainLimit = absl::Seconds(3);

void WarnIfNobodyCanSignIn(const std::string& file) {
  const auto accounts = Accounts::Load(file);
  if (!accounts.ok() || !accounts->all().empty()) return;
  LogWarn("nobody can sign in yet: hotline-console account add FILE supervisor --role supervisor",
          {{"file", file}});
}

absl::Status Run(Process& process) {
  const ConsoleOptions options = ReadConsoleOptions(process.config());
  const AccessKey key = ReadAccessKey(process.config().Section("access"));
  if (auto status = process.config().status(); !status.ok()) return status;
  ActAsSystem(key, "hotline-console");
  if (mkdir(options.data_dir.c_str(), kOwnerOnly) != 0 && errno != EEXIST) {
    return absl::UnavailableError(absl::StrCat("cannot make the folder ", options.data_dir, ": ",
                                               std::strerror(errno)));  // NOLINT: one thread
  }
  const std::string accounts = options.data_dir + "/accounts.yaml";
  WarnIfNobodyCanSignIn(accounts);

  auto files = StaticFiles::Load(options.web_dir);
  if (!files.ok()) {
    LogWarn("there is no web app; calls are answered all the same",
            {{"why", std::string(files.status().message())}});
    files = StaticFiles();
  }

  Metrics metrics;
  const auto metrics_address = metrics.Serve(options.metrics);
  if (!metrics_address.ok()) return metrics_address.status();

  Loop loop;
  Upstreams upstreams(loop, {{"hotline.router.v1", options.routers},
                             {"hotline.call.v1", options.call},
                             {"hotline.ticket.v1", options.ticket},
                             {"hotline.directory.v1", options.directory}});
  const bool tls = !options.tls.key.empty();
  auto gateway = Gateway::Make(
      {.key = key,
       .origins = options.origins.empty() ? PageGuard::LoopbackOrigins(options.listen.port, tls)
                                          : options.origins,
       .door = {.area = options.area,
                .seats = options.seats,
                .accounts_file = accounts,
                .sessions_file = options.data_dir + "/sessions.spool",
                .sessions = options.sessions}},
      *std::move(files), loop, upstreams, metrics);
  if (!gateway.ok()) return gateway.status();
  std::optional<directory::DirectoryFollower> follower;
  if (!options.directory.empty()) {
    follower.emplace(
        directory::DirectoryFollowerOptions{.directory = options.directory.front(),
                                            .file = options.data_dir + "/directory.copy",
                                            .tables = {"nodes", "staff"}},
        metrics, [&](const directory::FollowedDirectory& now) {
          (*gateway)->SetStaff(StaffBook(*now.directory, options.area));
        });
  }
  auto server =
      HttpServer::Start(loop, {.listen = options.listen, .tls = options.tls}, **gateway, metrics);
  if (!server.ok()) return server.status();
  (*gateway)->Start();
  LogInfo("console ready",
          {{"listen", (*server)->address().ToString()}, {"metrics", metrics_address->ToString()}});
  process.WaitForStop();

  follower.reset();
  (*server)->Stop();
  (*gateway)->Stop();
  upstreams.EndStreams();
  if (!(*server)->Drain(kDrainLimit)) LogWarn("connections were cut off while they were served");
  upstreams.Drain();
  loop.Shutdown();
  return absl::OkStatus();
}

}  // namespace
}  // namespace hotline::console

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "account") {
    return hotline::console::RunAccountCommand({argv + 2, argv + argc}, std::cin, std::cout,
                                               std::cerr);
  }
  return hotline::RunProcess("hotline-console", argc, argv, hotline::console::Run);
}
