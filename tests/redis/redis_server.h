// A redis-server of a test's own: on a unix socket in a folder of its own, without persistence,
// ended with the test.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "services/redis/connection.h"
#include "tests/runtime/temp_dir.h"

namespace hotline::redis {

class RedisServer {
 public:
  /// Starts and waits until it answers.
  RedisServer();
  ~RedisServer();
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  /// "unix:/…", for configurations.
  std::string address() const;
  ConnectionOptions options() const;

  /// kill -9; the data is lost.
  void Kill();
  /// Starts again, empty.
  void Start();
  /// SIGSTOP and SIGCONT: connections stay, nobody answers.
  void Pause();
  void Resume();

  /// Runs a command on a connection of its own and returns its answer as text: nil as "", arrays as
  /// their elements joined by blanks. Fails the test on an error.
  std::string Run(const std::vector<std::string>& args);

 private:
  TempDir dir_;
  pid_t pid_ = 0;
};

}  // namespace hotline::redis
