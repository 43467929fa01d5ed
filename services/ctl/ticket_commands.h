// The ticket commands, by what they do. For ticket_commands.cc alone.
#pragma once

#include <vector>

#include "services/ctl/command_line.h"

namespace hotline::ctl {

std::vector<Command> TicketListCommands();     ///< list, show, history, count, watch
std::vector<Command> TicketWriteCommands();    ///< open, edit, register, classify, close, unmask
std::vector<Command> TicketStepCommands();     ///< dispatch, accept, return …: a table
std::vector<Command> TicketSuggestCommands();  ///< suggest

}  // namespace hotline::ctl
