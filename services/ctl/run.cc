#include "services/ctl/run.h"

#include <ostream>

#include "absl/strings/str_cat.h"

#include "services/ctl/commands.h"

namespace hotline::ctl {
namespace {

std::vector<Command> AllCommands() {
  std::vector<Command> all;
  for (auto* commands :
       {&SeatCommands, &CallCommands, &AreaCommands, &TicketCommands, &ExchangeCommands,
        &DirectoryCommands, &DueCommands, &WatchCommands, &ProbeCommands, &ConfigCommands}) {
    for (Command& command : commands()) all.push_back(std::move(command));
  }
  return all;
}

int Report(const absl::Status& status, std::ostream& err) {
  if (status.ok()) return kExitDone;
  std::string sentence(status.message());
  if (sentence.empty()) sentence = absl::StatusCodeToString(status.code());
  err << "hotline-ctl: " << sentence << "\n";
  return IsUsageError(status) ? kExitUsage : kExitFailed;
}

}  // namespace

int Run(const std::vector<std::string>& arguments, const Surroundings& surroundings) {
  const std::vector<Command> commands = AllCommands();
  const absl::StatusOr<Request> request = ParseCommandLine(commands, arguments);
  if (!request.ok()) return Report(request.status(), surroundings.err);
  if (request->command == nullptr) {
    surroundings.out << Overview(commands, request->noun);
    return arguments.empty() ? kExitUsage : kExitDone;
  }
  if (request->help) {
    surroundings.out << Explain(*request->command);
    return kExitDone;
  }
  Session session(request->arguments, surroundings);
  return Report(request->command->run(session), surroundings.err);
}

}  // namespace hotline::ctl
