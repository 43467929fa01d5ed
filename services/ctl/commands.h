// All commands, one source per noun: seat_commands.cc, call_commands.cc …
#pragma once

#include <vector>

#include "services/ctl/command_line.h"

namespace hotline::ctl {

std::vector<Command> SeatCommands();       ///< seat list, watch, sign-in …
std::vector<Command> AreaCommands();       ///< queue list, station list, area, drain, stats
std::vector<Command> CallCommands();       ///< call list, call live
std::vector<Command> TicketCommands();     ///< ticket list, open, dispatch …
std::vector<Command> DirectoryCommands();  ///< directory search, import …
std::vector<Command> ExchangeCommands();   ///< exchange
std::vector<Command> DueCommands();        ///< due
std::vector<Command> WatchCommands();      ///< watch
std::vector<Command> ProbeCommands();      ///< status, health, sip-ping
std::vector<Command> ConfigCommands();     ///< config check, sip-users, numbers

}  // namespace hotline::ctl
