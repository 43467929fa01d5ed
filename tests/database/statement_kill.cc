#include "tests/database/statement_kill.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "gtest/gtest.h"

#include <postgresql/libpq-fe.h>
#include <sqlite3.h>

namespace hotline {
namespace {

std::atomic<int> statements_left = 0;  ///< 0: nobody counts

void CountStatement() {
  if (statements_left > 0 && --statements_left == 0) kill(getpid(), SIGKILL);
}

/// The library's function that this program's one of the same name hides.
template <class Function>
Function* Hidden(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

bool DiesBeforeStatement(int n, const std::function<void()>& work) {
  const pid_t child = fork();
  if (child == 0) {
    statements_left = n;
    work();
    _exit(0);
  }
  EXPECT_GT(child, 0);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  EXPECT_TRUE(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << "status " << status;
  return killed;
}

}  // namespace hotline

// The libraries of SOCI look these up in the program first.
extern "C" {

int sqlite3_step(sqlite3_stmt* statement) {
  static auto* const hidden = hotline::Hidden<decltype(sqlite3_step)>("sqlite3_step");
  hotline::CountStatement();
  return hidden(statement);
}

int PQsendQuery(PGconn* connection, const char* query) {
  static auto* const hidden = hotline::Hidden<decltype(PQsendQuery)>("PQsendQuery");
  hotline::CountStatement();
  return hidden(connection, query);
}

int PQsendQueryParams(PGconn* connection, const char* command, int count, const Oid* types,
                      const char* const* values, const int* lengths, const int* formats,
                      int result_format) {
  static auto* const hidden = hotline::Hidden<decltype(PQsendQueryParams)>("PQsendQueryParams");
  hotline::CountStatement();
  return hidden(connection, command, count, types, values, lengths, formats, result_format);
}

int PQsendQueryPrepared(PGconn* connection, const char* statement, int count,
                        const char* const* values, const int* lengths, const int* formats,
                        int result_format) {
  static auto* const hidden = hotline::Hidden<decltype(PQsendQueryPrepared)>("PQsendQueryPrepared");
  hotline::CountStatement();
  return hidden(connection, statement, count, values, lengths, formats, result_format);
}

PGresult* PQexec(PGconn* connection, const char* query) {
  static auto* const hidden = hotline::Hidden<decltype(PQexec)>("PQexec");
  hotline::CountStatement();
  return hidden(connection, query);
}

}  // extern "C"
