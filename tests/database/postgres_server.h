// A PostgreSQL of a test's own: in a folder of its own, on a unix socket, ended with the test.
// PostgreSQL refuses to run as root; then it runs as the user postgres.
#pragma once

#include <sys/types.h>

#include <string>

#include "tests/runtime/temp_dir.h"

namespace hotline {

class PostgresServer {
 public:
  /// Makes a cluster, starts it and waits until it answers.
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Returns the URL of a new, empty database.
  std::string NewDatabase();

  /// kill -9 of the server and all its children; what was committed stays.
  void Kill();
  void Start();

 private:
  std::string Url(const std::string& database) const;

  TempDir dir_;
  pid_t pid_ = 0;
  int databases_ = 0;
};

/// The server that all tests of this program share; started by the first one that asks.
PostgresServer& SharedPostgres();

}  // namespace hotline
