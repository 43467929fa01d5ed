// Death between two statements: a process is killed right before its n-th call to SQLite or
// PostgreSQL, wherever in the program that call is made.
#pragma once

#include <functional>

namespace hotline {

/// Runs `work` in a child process and kills it (SIGKILL) before its `n`th statement: 1, 2, 3 …
/// Steps through rows count as well. Returns whether it was killed; false: `work` came to its end
/// with less.
bool DiesBeforeStatement(int n, const std::function<void()>& work);

}  // namespace hotline
