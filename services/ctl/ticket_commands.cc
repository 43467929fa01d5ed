#include "services/ctl/ticket_commands.h"

#include "services/ctl/commands.h"

namespace hotline::ctl {

std::vector<Command> TicketCommands() {
  std::vector<Command> all;
  for (auto* commands :
       {&TicketListCommands, &TicketWriteCommands, &TicketStepCommands, &TicketSuggestCommands}) {
    for (Command& command : commands()) all.push_back(std::move(command));
  }
  return all;
}

}  // namespace hotline::ctl
