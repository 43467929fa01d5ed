// `hotline-console account …`: who may sign in, from the command line.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "agent_console/gateway/people/password.h"

namespace hotline::console {

inline constexpr char kAccountUsage[] =
    "usage: hotline-console account list FILE\n"
    "       hotline-console account add FILE ACCOUNT [--role ROLE[,ROLE]] [--seat SEAT[,SEAT]]\n"
    "                                                [--name NAME]\n"
    "       hotline-console account passwd FILE ACCOUNT\n"
    "       hotline-console account remove FILE ACCOUNT\n"
    "add and passwd read the password from the first line of the standard input; with an empty "
    "line\n"
    "they make one and print it. FILE is accounts.yaml in the console's data_dir. A running "
    "gateway\n"
    "takes the change over within two seconds. Without --role an account has the roles that the\n"
    "directory says, and none if that does not know it.\n";

/// Runs the command in `arguments` ("add", "FILE", …) and returns the exit code: 0, 1 failed, 2
/// usage.
int RunAccountCommand(const std::vector<std::string>& arguments, std::istream& in,
                      std::ostream& out, std::ostream& err, HashCost cost = HashCost::kInteractive);

}  // namespace hotline::console
