// The steps by which a database's tables came to be what they are. Forward only: a step that has
// been released is never edited, the next one mends it.
//
// Each step is a list of single statements (SQLite would silently run only the first of several)
// and runs in one transaction, so that a process that dies in it has done nothing.
#pragma once

#include <string>
#include <vector>

namespace hotline {

struct Migration {
  int version;  ///< 1, 2, 3 …
  const char* name;
  std::vector<std::string> statements;                  ///< the same for SQLite and PostgreSQL
  std::vector<std::string> sqlite = {}, postgres = {};  ///< then these, on one of them
};

}  // namespace hotline
